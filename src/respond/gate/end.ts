/** How pauses end. A person who resumes a provider means all of it, its categories and campaigns as well. */
import { isWhole, type Target, targetKey, targetOf } from '../target.ts';
import { type Gate, POLICY, type ResumeResult } from './gate.ts';

/**
 * Ends what `target` names: of a whole provider, by a person, every pause there is; else the pause of exactly this
 * target. "resumed" when one was ended.
 */
export const resumeAll = async (
  gate: Gate,
  target: Target,
  token: number,
  by: string,
): Promise<ResumeResult> => {
  if (by === POLICY || !isWhole(target)) return gate.resume(target, token, by);
  const narrower = (await gate.list()).filter((pause) => isEndedBy(pause, target, by) && !isWhole(pause));
  const answers = await Promise.all(
    [target, ...narrower].map((one) => gate.resume(targetOf(one), token, by)),
  );
  const told = ['resumed', 'fenced', 'hands_off'] as const;
  return told.find((answer) => answers.includes(answer)) ?? 'not_paused';
};

/** Whether a resume of `target` ends this pause. */
export const isEndedBy = (pause: Target, target: Target, by: string): boolean => {
  if (by === POLICY || !isWhole(target)) return targetKey(pause) === targetKey(target);
  return pause.provider === target.provider;
};
