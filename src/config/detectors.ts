/**
 * The table of what detectors find, by the name that the configuration, findings and stored incidents write, in the
 * order in which a headline names them.
 */

interface FoundKind {
  /** What an alert's headline calls it. */
  readonly title: string;
  /** sending: it says that messages go out which should not, as all of these do. Absent: a matter of its own. */
  readonly matter?: 'sending';
}

export const DETECTOR_TABLE = {
  /** Marketing, or what else is forbidden then, in hours forbidden to its recipients. */
  quiet_hours: { title: 'messages in forbidden hours', matter: 'sending' },
  repeats: { title: 'the same people again and again', matter: 'sending' },
  /** Sent though nobody asked for it, or more than was asked for. */
  unordered: { title: 'more sent than was ordered', matter: 'sending' },
  /** More billed than was sent or submitted. */
  usage: { title: 'more billed than was sent' },
  burst: { title: 'more messages than expected', matter: 'sending' },
  /** A campaign beyond what was announced, or sent a second time, or larger than any before. */
  campaign: { title: 'a campaign beyond its plan', matter: 'sending' },
  /** Messages to a country never used. */
  destination: { title: 'a destination never used', matter: 'sending' },
  /** Texts that are wrong, or that the provider or the campaign never sent; links to a host never used. */
  content: { title: 'texts that are wrong or new', matter: 'sending' },
  /** More deliveries fail than usual. */
  failures: { title: 'deliveries failing' },
  /** Marketing to people who had opted out. */
  stop_ignored: { title: 'marketing after STOP', matter: 'sending' },
  /** People who asked for STOP and were not taken off in time. */
  stop_unrecorded: { title: 'STOP not recorded' },
  /** A code for STOP at which nothing arrives. */
  stop_dead: { title: 'a STOP code that receives nothing' },
  /** More people ask for STOP, or are taken off, than usual. */
  stop_surge: { title: 'people asking to stop' },
  /** More people answer or opt out than usual. */
  replies: { title: 'people answering or opting out' },
  /** Nothing sent where there should be. */
  silence: { title: 'nothing sent' },
  /** Something tocsin cannot tell of a provider. */
  blind: { title: 'nothing says who ordered the messages' },
} as const satisfies Readonly<Record<string, FoundKind>>;

export type DetectorName = keyof typeof DETECTOR_TABLE;

export const DETECTOR_NAMES = Object.keys(DETECTOR_TABLE) as readonly DetectorName[];

/** What a finding is about: findings of one matter tell of the same trouble in different ways. */
export const matterOf = (name: DetectorName): string => {
  const kind: FoundKind = DETECTOR_TABLE[name];
  return kind.matter ?? name;
};
