/** A picture in a Slack thread, in Slack's three steps: an address, the bytes, where it belongs. Scope files:write. */
import type { WebClient } from '@slack/web-api';
import type { Thread } from '../outbox/outbox.ts';
import type { RatePicture } from './rate-picture.ts';

/** `timeout`, in ms, is that of sending the bytes alone: the client has its own. */
export const uploadPicture = async (
  slack: WebClient,
  { png, caption }: RatePicture,
  { thread, timeout }: { thread: Thread; timeout: number },
): Promise<void> => {
  const filename = 'rate.png';
  const { upload_url, file_id } = await slack.files.getUploadURLExternal({
    filename,
    length: png.length,
    alt_text: caption,
  });
  if (!upload_url || !file_id) throw new Error('Slack gave no address for the picture');
  const response = await fetch(upload_url, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(png),
    redirect: 'error',
    signal: AbortSignal.timeout(timeout),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`Slack took no picture: HTTP ${response.status}`);
  await slack.files.completeUploadExternal({
    files: [{ id: file_id, title: caption }],
    channel_id: thread.channel,
    thread_ts: thread.ts,
  });
};
