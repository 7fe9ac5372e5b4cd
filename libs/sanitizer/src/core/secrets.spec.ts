import { describe, expect, it } from '@jest/globals';
import { redact, scan } from './index.ts';

/** Assembled here, so that no scanner of repositories takes the fixture for a leak. */
const fake = (...parts: string[]): string => parts.join('');
const hex = (length: number): string =>
  '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'.slice(0, length);
const mixed = (length: number): string =>
  'q7Xw2Zr9Kd4Lm8Tb1Vn6Yc3Hj5Gf0SpAeUiOtRxWzQkDlMbNvPyChJgFsEaUoIr'.slice(0, length);

const secrets = (text: string) => scan(text, { categories: ['secret'] }).findings;
const clean = (text: string): string => redact(text, secrets(text)).text;

describe('secrets are found', () => {
  it.each([
    ['an AWS key id', fake('AKIA', 'QYLPMN5HFIQR7XYZ'), 'aws_access_key_id'],
    ['a temporary AWS key id', fake('ASIA', 'QYLPMN5HFIQR7XYZ'), 'aws_access_key_id'],
    [
      'a labelled AWS secret',
      fake('aws_secret_access_key = ', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzKEY123a9'),
      'labelled_secret',
    ],
    ['a Google API key', fake('AIza', mixed(35)), 'gcp_api_key'],
    ['a GitHub token', fake('ghp_', mixed(36)), 'github_token'],
    ['a fine-grained GitHub token', fake('github_pat_', mixed(62)), 'github_fine_grained_token'],
    ['a GitLab token', fake('glpat-', mixed(20)), 'gitlab_token'],
    ['a Slack token', fake('xoxb-', '123456789012-123456789012-', mixed(24)), 'slack_token'],
    ['a Slack webhook', fake('https://hooks.slack.com/services/', 'T0AB12CD3/B0AB12CD3/', mixed(24)), 'slack_webhook'],
    ['a Stripe key', fake('sk_live_', mixed(24)), 'stripe_key'],
    ['a SendGrid key', fake('SG.', mixed(22), '.', mixed(43)), 'sendgrid_key'],
    ['an npm token', fake('npm_', mixed(36)), 'npm_token'],
    ['an OpenAI key', fake('sk-proj-', mixed(48)), 'openai_project_key'],
    ['an Anthropic key', fake('sk-ant-api03-', mixed(60), mixed(33), 'AA'), 'anthropic_key'],
    ['a DigitalOcean token', fake('dop_v1_', hex(64)), 'digitalocean_token'],
    ['a Vault token', fake('hvs.', mixed(40)), 'vault_token'],
    ['a Telegram bot token', fake('123456789:AA', mixed(33)), 'telegram_bot_token'],
    ['a JWT', fake('eyJhbGciOiJIUzI1NiJ9', '.eyJzdWIiOiIxMjM0NTY3ODkwIn0', '.', mixed(43)), 'jwt'],
    ['a bearer token', fake('Authorization: Bearer ', mixed(40)), 'bearer_token'],
    ['basic authentication', 'Authorization: Basic YWRtaW46aHVudGVyMg==', 'basic_auth'],
    [
      'a PEM key',
      fake('-----BEGIN RSA ', 'PRIVATE KEY-----\n', mixed(60), '\n', mixed(60), '\n-----END RSA PRIVATE KEY-----'),
      'private_key',
    ],
    ['a PEM key without its end', fake('-----BEGIN ', 'PRIVATE KEY-----\n', mixed(60), '\n', mixed(60)), 'private_key'],
    ['a database address', 'postgres://app:s3cr3t-Pw@db.internal:5432/app', 'url_credentials'],
    ['a connection string', 'Server=db;User Id=sa;Password=Xy7!pqr9;', 'connection_password'],
    ['an Azure storage key', fake('AccountKey=', mixed(62), mixed(24), '=='), 'azure_storage_key'],
    ['a curl password', 'curl -u admin:Tr0ub4dor https://h/', 'command_password'],
    ['a password hash', '$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW', 'crypt_hash'],
    ['a labelled key', fake('api_key: "', mixed(24), '"'), 'labelled_secret'],
    ['a key that is told', fake('The API key is ', mixed(24)), 'labelled_secret'],
    ['a key in JSON', fake('{"clientSecret":"', mixed(32), '"}'), 'labelled_secret'],
    ['a password', 'password=Sup3r-Secret!', 'password'],
    ['a quoted pass phrase', 'db_password: "correct horse 9 battery"', 'password'],
  ])('%s', (_what, text, type) => {
    expect(secrets(text).map((each) => each.type)).toContain(type);
    expect(clean(text)).toContain('[REDACTED:');
  });

  it.each([
    ['base64', (text: string) => Buffer.from(text).toString('base64')],
    ['base64 twice', (text: string) => Buffer.from(Buffer.from(text).toString('base64')).toString('base64')],
    ['hex', (text: string) => Buffer.from(text).toString('hex')],
    [
      'escaped bytes',
      (text: string) =>
        Buffer.from(text)
          .toString('hex')
          .replaceAll(/../g, String.raw`\x$&`),
    ],
    ['percent signs', (text: string) => Buffer.from(text).toString('hex').replaceAll(/../g, '%$&')],
    [
      'HTML entities',
      (text: string) =>
        Array.from(text)
          .map((char) => `&#${char.charCodeAt(0)};`)
          .join(''),
    ],
    ['zero-width characters', (text: string) => Array.from(text).join('\u200b')],
    [
      'full-width letters',
      (text: string) =>
        Array.from(text)
          .map((char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0))
          .join(''),
    ],
    [
      'tag characters',
      (text: string) =>
        Array.from(text)
          .map((char) => String.fromCodePoint(0xe0000 + char.charCodeAt(0)))
          .join(''),
    ],
  ])('behind %s, at their place in the text that was given', (_what, disguise) => {
    const hidden = disguise(fake('AKIA', 'QYLPMN5HFIQR7XYZ'));
    const text = `key «${hidden}» end`;
    expect(clean(text)).toBe('key «[REDACTED:aws_access_key_id]» end');
  });

  it('only as deep as the budget allows', () => {
    const thrice = [1, 2, 3].reduce((text) => Buffer.from(text).toString('base64'), fake('AKIA', 'QYLPMN5HFIQR7XYZ'));
    expect(secrets(thrice)).toEqual([]);
    expect(scan(thrice, { decode: { depth: 3 } }).verdict.secret).toBe(true);
    expect(scan(thrice, { decode: { depth: 3, units: 10 } }).verdict.secret).toBe(false);
  });
});

describe('what a security team needs survives', () => {
  it.each([
    'src 10.1.2.3 dst 2001:db8::1 port 443',
    'arn:aws:iam::123456789012:role/Admin assumed by jdoe from 41.173.96.26',
    'arn:aws:secretsmanager:us-east-1:123456789012:secret:prod-db-11-mekIRl and clientRequestToken 62D9D045-09D2-4527-86FF-63CC3A7A269B',
    'CVE-2024-3094 in xz, T1566.001, GHSA-abcd-1234-wxyz',
    `sha256 ${hex(64)} md5 ${hex(32)}`,
    `sha256=${hex(64)} token_hash: ${hex(64)}`,
    '{"author":"Jane Doe","tokens_used":1234567890,"max_tokens":4096,"token_count":"1500000000"}',
    'trace 4bf92f3577b34da6a3ce929d0e0e4736 span 00f067aa0ba902b7 pid 4711 ts 1767225600000',
    'C:\\Windows\\System32\\lsass.exe by NT AUTHORITY\\SYSTEM S-1-5-21-3623811015-3361044348-30300820-1013',
    'nextToken: 1234567890abcdefghij1234567890 public_key: 1234567890abcdefghij12345',
    'password: required, token: expired, secret = ${SECRET}, api_key: <your key here>, password=********',
    'Reset the password is required for user jdoe; the token is invalid.',
    'The key to success is 42 small steps',
    'https://example.org/path?id=1234567890&page=2 build 1.2.3-rc.4+5 tab 1203948576',
    'uuid 123e4567-e89b-12d3-a456-426614174000 etag "33a64df551425fcc55e4d42a148795d9f25f89d4"',
    'Windows logon 4625 from host-17, ticket options 0x40810000',
  ])('%s', (text) => {
    expect(scan(text, { categories: ['secret', 'pii'] }).findings).toEqual([]);
  });
});
