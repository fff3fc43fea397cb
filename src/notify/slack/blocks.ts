/** A card as Slack's blocks: its text, and a button for each order that may be given. Pure. */
import type { ActionsBlock, Button, SectionBlock, StaticSelect } from '@slack/web-api';
import type { Offer } from '../../respond/offers.ts';
import type { OutboxEntry } from '../outbox/outbox.ts';
import { escapeMrkdwn } from './text.ts';

/** A section has at most so many characters. */
const SECTION = 3_000;
/** A choice's label has at most so many characters. */
const LABEL = 75;

/** The text in sections of whole lines, then the buttons among `offers`, if any. A button's value is the incident. */
export const blocksOf = (
  {
    incident,
    text,
    offers = [],
    choices = [],
  }: Pick<OutboxEntry, 'incident' | 'text' | 'offers' | 'choices'>,
  allowed: ReadonlySet<Offer>,
): Array<SectionBlock | ActionsBlock> => {
  const elements = offers
    .filter((offer) => allowed.has(offer))
    .map((offer): Button | StaticSelect => ({
      ...BUTTONS[offer],
      type: 'button',
      action_id: offer,
      value: incident,
    }));
  const select: StaticSelect = {
    type: 'static_select',
    action_id: 'acknowledge',
    placeholder: plain('Acknowledge…'),
    options: choices.map((choice) => ({ text: plain(choice.label.slice(0, LABEL)), value: choice.incident })),
  };
  if (choices.length > 0 && allowed.has('acknowledge')) elements.push(select);
  return [
    ...sections(escapeMrkdwn(text)).map(
      (part): SectionBlock => ({ type: 'section', text: { type: 'mrkdwn', text: part } }),
    ),
    ...(elements.length > 0 ? [{ type: 'actions' as const, elements }] : []),
  ];
};

const sections = (text: string): string[] => {
  const parts: string[] = [];
  for (const line of text.split('\n').map((whole) => whole.slice(0, SECTION))) {
    const last = parts.at(-1);
    if (last !== undefined && last.length + 1 + line.length <= SECTION) {
      parts[parts.length - 1] = `${last}\n${line}`;
    } else parts.push(line);
  }
  return parts.filter((part) => part.trim() !== '');
};

const plain = (text: string) => ({ type: 'plain_text', text }) as const;

/** A button that lets traffic flow again, or stops tocsin itself, asks once more. */
const BUTTONS: Readonly<Record<Offer, Pick<Button, 'text' | 'style' | 'confirm'>>> = {
  acknowledge: { text: plain('Acknowledge'), style: 'primary' },
  resume: {
    text: plain('Resume'),
    style: 'danger',
    confirm: {
      title: plain('Resume sending?'),
      text: plain('What is paused will be sent again at once.'),
      confirm: plain('Resume'),
      deny: plain('No'),
    },
  },
  keep_paused: { text: plain('Keep paused') },
  hands_off: {
    text: plain('Hands off'),
    confirm: {
      title: plain('Hands off?'),
      text: plain('tocsin will pause nothing by itself until that is taken back.'),
      confirm: plain('Hands off'),
      deny: plain('No'),
    },
  },
  mute: { text: plain('Mute for 1 h') },
};
