/** How plain text becomes text for Slack. */

/** Escapes the three characters that mean something to Slack. */
export const escapeMrkdwn = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
