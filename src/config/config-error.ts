/** The configuration cannot be used. `message` lists every mistake as `file:line: key: what is wrong`. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
