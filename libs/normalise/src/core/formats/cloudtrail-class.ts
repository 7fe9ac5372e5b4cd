import { lookup } from '../lookup.ts';

/** OCSF class and activity of a CloudTrail event name. */
export interface ApiClass {
  readonly classUid: number;
  readonly activityId: number;
  readonly activityName?: string;
}

/** Authentication (3002): 1 Logon, 4 Service Ticket Request (temporary credentials are tickets), 99 Other. */
const AUTHENTICATION: Readonly<Record<string, readonly [number, string?]>> = {
  ConsoleLogin: [1],
  UserAuthentication: [1],
  CredentialVerification: [99, 'Credential verification'],
  CheckMfa: [99, 'MFA check'],
  AssumeRole: [4],
  AssumeRoleWithSAML: [4],
  AssumeRoleWithWebIdentity: [4],
  AssumeRoot: [4],
  GetSessionToken: [4],
  GetFederationToken: [4],
  SwitchRole: [1],
  ExitRole: [2],
};

/** Account Change (3001), for calls whose object is a user's account. */
const ACCOUNT_CHANGE: Readonly<Record<string, readonly [number, string?]>> = {
  CreateUser: [1],
  CreateLoginProfile: [2],
  CreateAccessKey: [99, 'Access key created'],
  UpdateAccessKey: [99, 'Access key changed'],
  DeleteAccessKey: [99, 'Access key deleted'],
  ChangePassword: [3],
  UpdateLoginProfile: [4],
  DeleteLoginProfile: [5],
  DeleteUser: [6],
  AttachUserPolicy: [7],
  PutUserPolicy: [7],
  AddUserToGroup: [7],
  DetachUserPolicy: [8],
  DeleteUserPolicy: [8],
  RemoveUserFromGroup: [8],
  EnableMFADevice: [10],
  DeactivateMFADevice: [11],
};

const VERBS: readonly (readonly [RegExp, number])[] = [
  [
    /^(Get|List|Describe|Head|Lookup|Search|Batch(Get|Describe)|Query|Scan|Select|Check|Test|Simulate|Download|View|Discover)/,
    2,
  ],
  [/^(Delete|Remove|Terminate|Deregister|Purge|Revoke|Stop|Disassociate|Detach|Cancel|Release|Abort|Leave)/, 4],
  [/^(Create|Run|Put|Register|Add|Allocate|Import|Upload|Copy|Request|Generate|Issue|Start|Send|Invoke|Publish)/, 1],
  [
    /^(Update|Modify|Set|Attach|Associate|Enable|Disable|Change|Replace|Reset|Restore|Authorize|Tag|Untag|Rotate|Reboot|Move)/,
    3,
  ],
];

export function apiClassOf(eventSource: string, eventName: string, readOnly: boolean | undefined): ApiClass {
  const name = eventName.replace(/\d{8}(v\d+)?$/, ''); // Lambda's calls carry the API's date: CreateFunction20150331v2
  const logon = /^(sts|signin|sso)\./.test(eventSource) ? lookup(AUTHENTICATION, name) : undefined;
  if (logon) return labelled(3002, logon);
  const change = eventSource.startsWith('iam.') ? lookup(ACCOUNT_CHANGE, name) : undefined;
  if (change) return labelled(3001, change);
  const verb = readOnly === true ? 2 : VERBS.find(([pattern]) => pattern.test(name))?.[1];
  return verb ? { classUid: 6003, activityId: verb } : { classUid: 6003, activityId: 99, activityName: name };
}

const labelled = (classUid: number, [activityId, activityName]: readonly [number, string?]): ApiClass =>
  activityName ? { classUid, activityId, activityName } : { classUid, activityId };
