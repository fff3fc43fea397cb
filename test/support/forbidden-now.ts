/** Quiet hours that forbid marketing in France at this moment, and for the hours a test may take. */
import { DateTime } from 'luxon';

export const forbiddenNow = () => {
  const { hour } = DateTime.now().setZone('Europe/Paris');
  const allowed = hour < 10 || hour > 13 ? '11:00-11:01' : '20:00-20:01';
  return { rules: { FR: { marketing: { 'mon-sat': allowed, holidays: false } } } };
};
