import { present, presentOrNone } from '../event-parts.ts';
import { isIpAddress } from '../ip-address.ts';
import { lookup } from '../lookup.ts';
import { isObject, type Json } from '../plain-json.ts';
import type { TrackedRecord } from '../tracked-record.ts';

/** OCSF user type_id: 1 User, 2 Admin (root), 3 System, 99 Other. */
const USER_TYPES: Readonly<Record<string, number>> = {
  IAMUser: 1,
  Root: 2,
  AWSService: 3,
  AssumedRole: 99,
  FederatedUser: 1,
  IdentityCenterUser: 1,
};

/** OCSF actor of CloudTrail's userIdentity. */
export function actorOf(source: TrackedRecord) {
  const at = (...path: string[]) => source.text('userIdentity', ...path);
  const type = at('type');
  const account = at('accountId');
  const user = presentOrNone({
    type,
    type_id: type === undefined ? undefined : (lookup(USER_TYPES, type) ?? 99),
    name: at('userName'),
    uid: at('arn'),
    uid_alt: at('principalId'),
    account: account ? { uid: account } : undefined,
    credential_uid: at('accessKeyId'),
  });
  return present({ user, session: sessionOf(source), invoked_by: at('invokedBy'), idp: idpOf(at('identityProvider')) });
}

const idpOf = (name: string | undefined) => (name ? { name } : undefined);

function sessionOf(source: TrackedRecord) {
  const at = (...path: string[]) => ['userIdentity', 'sessionContext', ...path];
  return presentOrNone({
    is_mfa: source.flag(...at('attributes', 'mfaAuthenticated')),
    created_time: source.time(...at('attributes', 'creationDate')),
    issuer: source.text(...at('sessionIssuer', 'arn')),
  });
}

/** Where it came from. An address that is none (an AWS service's name, an anonymised one with leading zeros) is kept as a name. */
export function endpointOf(source: TrackedRecord) {
  const address = source.text('sourceIPAddress');
  const domain = address !== undefined && !isIpAddress(address) && /[a-z]\.[a-z]/i.test(address);
  const member =
    address === undefined
      ? {}
      : isIpAddress(address)
        ? { ip: address }
        : domain
          ? { domain: address }
          : { name: address };
  return present({ ...member, vpc_endpoint_uid: source.text('vpcEndpointId') });
}

/** Request and response parameters whole, under OCSF's `api.request.data` and `api.response.data`. */
export function apiOf(source: TrackedRecord, operation: string, service: string) {
  const data = (member: string): Json | undefined => (isObject(source.peek(member)) ? source.take(member) : undefined);
  return present({
    operation,
    service: { name: service },
    version: source.text('apiVersion'),
    request: presentOrNone({ uid: source.text('requestID'), data: data('requestParameters') }),
    response: presentOrNone({
      error: source.text('errorCode'),
      error_message: source.text('errorMessage'),
      data: data('responseElements'),
    }),
  });
}

export const resourcesOf = (source: TrackedRecord) =>
  source.each(['resources'], (...at) => {
    const account = source.text(...at, 'accountId');
    return present({
      uid: source.text(...at, 'ARN'),
      type: source.text(...at, 'type'),
      owner: account ? { account: { uid: account } } : undefined,
    });
  });

export const tlsOf = (source: TrackedRecord) =>
  presentOrNone({
    version: source.text('tlsDetails', 'tlsVersion'),
    cipher: source.text('tlsDetails', 'cipherSuite'),
    sni: source.text('tlsDetails', 'clientProvidedHostHeader'),
  });
