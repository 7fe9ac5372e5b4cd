import { present, presentOrNone } from '../event-parts.ts';
import { lookup } from '../lookup.ts';
import type { TrackedRecord } from '../tracked-record.ts';

/** One end of the packet. */
export const endpointOf = (source: TrackedRecord, end: 'src' | 'dest') =>
  presentOrNone({ ip: source.ip(`${end}_ip`), port: source.number(`${end}_port`) });

/** IANA numbers of the protocols that EVE names by text. */
const PROTOCOLS: Readonly<Record<string, number>> = { ICMP: 1, TCP: 6, UDP: 17, 'IPv6-ICMP': 58, SCTP: 132 };

export function connectionOf(source: TrackedRecord) {
  const protocol = source.text('proto');
  return presentOrNone({
    uid: source.text('flow_id'),
    community_uid: source.text('community_id'),
    protocol_name: protocol?.toLowerCase(),
    protocol_num: lookup(PROTOCOLS, protocol),
    direction_id: protocol === undefined ? undefined : 0,
  });
}

/** What OCSF has attributes for of the protocol's own part; the rest of it stays unmapped. */
export function protocolOf(source: TrackedRecord, type: string) {
  if (type === 'http' || type === 'fileinfo') return httpOf(source);
  if (type === 'dns') return dnsOf(source);
  return type === 'tls' ? { tls: tlsOf(source) } : {};
}

function httpOf(source: TrackedRecord) {
  return {
    http_request: presentOrNone({
      http_method: source.text('http', 'http_method'),
      user_agent: source.text('http', 'http_user_agent'),
      referrer: source.text('http', 'http_refer'),
      version: source.text('http', 'protocol'),
      url: urlOf(source),
    }),
    http_response: presentOrNone({
      code: source.number('http', 'status'),
      length: source.number('http', 'length'),
      content_type: source.text('http', 'http_content_type'),
    }),
  };
}

/** The request's target: a path, or a whole URL where a proxy was asked. */
export function urlOf(source: TrackedRecord) {
  const target = source.text('http', 'url');
  return presentOrNone({
    hostname: source.text('http', 'hostname'),
    ...(target?.startsWith('/') ? { path: target } : { url_string: target }),
  });
}

/** The question, of the record's versions up to 2 (`rrname`) or from 3 (`queries`). */
export function queryOf(source: TrackedRecord) {
  const old = source.text('dns', 'rrname');
  const at = old === undefined ? (['dns', 'queries', 0] as const) : (['dns'] as const);
  const hostname = old ?? source.text(...at, 'rrname');
  return hostname
    ? present({ hostname, type: source.text(...at, 'rrtype'), packet_uid: source.number('dns', 'id') })
    : undefined;
}

const dnsOf = (source: TrackedRecord) => ({
  query: queryOf(source),
  rcode: source.text('dns', 'rcode'),
  answers: source.each(['dns', 'answers'], (...at) =>
    present({
      rdata: source.text(...at, 'rdata'),
      type: source.text(...at, 'rrtype'),
      ttl: source.number(...at, 'ttl'),
    }),
  ),
});

const tlsOf = (source: TrackedRecord) =>
  presentOrNone({
    version: source.text('tls', 'version'),
    sni: source.text('tls', 'sni'),
    certificate: presentOrNone({
      subject: source.text('tls', 'subject'),
      issuer: source.text('tls', 'issuerdn'),
      serial_number: source.text('tls', 'serial'),
      created_time: source.time('tls', 'notbefore'),
      expiration_time: source.time('tls', 'notafter'),
    }),
  });
