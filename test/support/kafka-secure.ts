/** What a broker needs for a listener that asks for TLS and a password: a certificate of its own, and one user. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './process.ts';
import { obtain } from './programs.ts';

export const USER = { username: 'tocsin', password: 'only-for-tests' } as const;

export interface Secure {
  readonly brokers: string;
  /** The path of the certificate to trust. */
  readonly ca: string;
}

/** Signs a certificate for 127.0.0.1; answers its path, and that of the broker's key store beside it. */
export const selfSign = async (folder: string, name = 'broker') => {
  const openssl = await obtain(['openssl'], ['openssl']);
  const [key, ca, store] = ['key', 'crt', 'pem'].map((end) => join(folder, `${name}.${end}`));
  if (!key || !ca || !store) throw new Error('no paths');
  const request = '-x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1'.split(' ');
  await run(openssl, [
    'req',
    ...request,
    '-addext',
    'subjectAltName=IP:127.0.0.1',
    '-keyout',
    key,
    '-out',
    ca,
  ]);
  await writeFile(store, (await readFile(key, 'utf8')) + (await readFile(ca, 'utf8')));
  return { ca, store };
};

const MODULES = 'org.apache.kafka.common.security';
const { username, password } = USER;

/** The broker's settings for a listener named SECURE. */
export const secureProperties = (store: string) => `
listener.name.secure.ssl.keystore.type=PEM
listener.name.secure.ssl.keystore.location=${store}
listener.name.secure.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.secure.plain.sasl.jaas.config=${MODULES}.plain.PlainLoginModule required user_${username}="${password}";
listener.name.secure.scram-sha-256.sasl.jaas.config=${MODULES}.scram.ScramLoginModule required;
listener.name.secure.scram-sha-512.sasl.jaas.config=${MODULES}.scram.ScramLoginModule required;
`;

/** SCRAM's passwords are kept by the broker, from the moment its disk is formatted. */
export const scramArguments = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
  '--add-scram',
  `${mechanism}=[name=${username},password=${password}]`,
]);
