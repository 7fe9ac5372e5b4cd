import { lookup } from '../lookup.ts';
import type { Json } from '../plain-json.ts';
import type { TrackedRecord } from '../tracked-record.ts';

/** OCSF class and activity of an EVE record. */
export interface ActivityClass {
  readonly classUid: number;
  readonly activityId: number;
  readonly activityName?: string;
}

/**
 * Event types of EVE and the OCSF class of each: the protocol's own where OCSF has one, else Network Activity (4001) with 6 Traffic.
 * 0 is 99 Other, labelled with the type.
 */
const CLASSES: Readonly<Record<string, readonly [number, number]>> = {
  alert: [2004, 1],
  http: [4002, 0],
  http2: [4002, 0],
  dns: [4003, 0],
  dhcp: [4004, 0],
  rdp: [4005, 0],
  smb: [4006, 0],
  ssh: [4007, 1],
  ftp: [4008, 0],
  ftp_data: [4008, 0],
  drop: [4001, 5],
  anomaly: [4001, 0],
  stats: [0, 0],
  flow: [4001, 6],
  netflow: [4001, 6],
  tls: [4001, 6],
  fileinfo: [4001, 6],
  smtp: [4001, 6],
  packet: [4001, 6],
  bittorrent_dht: [4001, 6],
  dnp3: [4001, 6],
  ike: [4001, 6],
  ikev2: [4001, 6],
  krb5: [4001, 6],
  ldap: [4001, 6],
  modbus: [4001, 6],
  mqtt: [4001, 6],
  nfs: [4001, 6],
  pgsql: [4001, 6],
  quic: [4001, 6],
  rfb: [4001, 6],
  sip: [4001, 6],
  snmp: [4001, 6],
  tftp: [4001, 6],
  websocket: [4001, 6],
  enip: [4001, 6],
  arp: [4001, 6],
};

export const isEventType = (type: Json | undefined): boolean =>
  typeof type === 'string' && Object.hasOwn(CLASSES, type);

interface Saying {
  readonly path: readonly string[];
  readonly activities: Readonly<Record<string, number>>;
}

/** Where a record says which activity of its class it is: HTTP's method; DNS's direction, which version 3 of the record names anew. */
const SAYINGS: Readonly<Record<number, Saying>> = {
  4002: {
    path: ['http', 'http_method'],
    activities: { CONNECT: 1, DELETE: 2, GET: 3, HEAD: 4, OPTIONS: 5, POST: 6, PUT: 7, TRACE: 8 },
  },
  4003: { path: ['dns', 'type'], activities: { query: 1, request: 1, answer: 2, response: 2 } },
};

export function activityOf(source: TrackedRecord, type: string): ActivityClass {
  const [classUid, known] = lookup(CLASSES, type) ?? [4001, 0];
  const saying = SAYINGS[classUid];
  const said = saying && lookup(saying.activities, source.peekText(...saying.path));
  const activityId = (said ?? known) || 99;
  return activityId === 99 ? { classUid, activityId, activityName: type } : { classUid, activityId };
}
