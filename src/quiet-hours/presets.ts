/**
 * When marketing may be sent, by country: what holds without any configuration, and what it rests on.
 * Few laws name an hour for texts. Where one does only for calls, or only the trade does, `source` says so; such a rule
 * is what a careful sender keeps to, not the law. Nothing here is legal advice: `quietHours.rules` overrides it.
 */
import type { WrittenRule } from './rules.ts';

/** The hours of one country or part of one, and what they rest on. */
export interface QuietPreset {
  readonly marketing: WrittenRule;
  readonly source: string;
}

/** Presets by country ("FR") or part of one ("US-TX"). */
export const QUIET_PRESETS: Readonly<Record<string, QuietPreset>> = {
  // Gateways differ in the evening: most hold marketing from 20:00, some from 22:00, and the press gives 20:30. The
  // strictest is taken, which costs nothing to who keeps to it.
  FR: {
    marketing: { 'mon-sat': '08:00-20:00', holidays: false },
    source:
      'CNIL guidance on commercial SMS, and the rules of operators and gateways, 2024; no statute names the hour',
  },

  US: {
    marketing: { 'mon-sun': '08:00-21:00' },
    source: 'TCPA, 47 CFR 64.1200(c)(1), by the recipient’s clock',
  },
  'US-CT': {
    marketing: { 'mon-sun': '09:00-20:00' },
    source: 'Conn. Gen. Stat. 42-288a, texts included, 2023',
  },
  'US-FL': { marketing: { 'mon-sun': '08:00-20:00' }, source: 'Fla. Stat. 501.616, texts included, 2021' },
  'US-MD': { marketing: { 'mon-sun': '08:00-20:00' }, source: 'Stop the Spam Calls Act, in force 2024' },
  'US-OK': { marketing: { 'mon-sun': '08:00-20:00' }, source: 'Oklahoma Telephone Solicitation Act, 2022' },
  'US-TX': {
    marketing: { 'mon-sat': '09:00-21:00', sun: '12:00-21:00' },
    source: 'Tex. Bus. & Com. Code 301.051; texts since SB 140, 2025',
  },
  'US-WA': { marketing: { 'mon-sun': '08:00-20:00' }, source: 'RCW 80.36.390, calls, as amended 2022' },

  CA: {
    marketing: { 'mon-fri': '09:00-21:30', 'sat-sun': '10:00-18:00' },
    source:
      'CRTC Unsolicited Telecommunications Rules, part III, for calls; for texts (CASL) the law names no hour',
  },

  AU: {
    marketing: { 'mon-sun': '09:00-20:00' },
    source:
      'practice, after the weekday hours of the Telemarketing Industry Standard 2017, which is for calls only; the Spam Act names no hour',
  },
  BE: {
    marketing: { 'mon-sat': '08:00-20:00', holidays: false },
    source: 'practice of gateways, 2025; the law names no hour',
  },
  DE: {
    marketing: { 'mon-sat': '08:00-20:00', holidays: false },
    source: 'practice of gateways, 2025; section 7 UWG asks for consent and names no hour',
  },
  ES: {
    marketing: { 'mon-sat': '09:00-21:00', holidays: false },
    source:
      'hours of art. 96.2 RDL 1/2007, which is for calls and forbids them on Saturdays too; for texts practice allows Saturday',
  },
  GB: {
    marketing: { 'mon-fri': '08:00-21:00', 'sat-sun': '09:00-21:00' },
    source: 'practice; the DMA Code asks to avoid antisocial times, PECR names no hour',
  },
  IN: {
    marketing: { 'mon-sun': '09:00-21:00' },
    source:
      'TRAI, commercial communications regulations 2010; since 2018 by each person’s preference, within these hours',
  },
  IT: {
    marketing: { 'mon-fri': '09:00-20:00', sat: '10:00-19:00', holidays: false },
    source:
      'code of conduct for telemarketing, Garante 148/2024: calls, by those who signed it; for texts practice',
  },
  KR: {
    marketing: { 'mon-sun': '08:00-21:00' },
    source: 'Network Act, art. 50(3): from 21:00 to 08:00 only with a consent of its own',
  },
  PT: {
    marketing: { 'mon-sun': '09:00-22:00' },
    source: 'Decree-Law 134/2009 on call centres, for calls; for texts the law names no hour',
  },
  ZA: {
    marketing: { 'mon-fri': '08:00-20:00', sat: '09:00-13:00', holidays: false },
    source: 'Consumer Protection Act 68 of 2008, section 12, and notice R293, texts included',
  },
};
