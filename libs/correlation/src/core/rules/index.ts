import { cloudtrailDataRules } from './cloudtrail-data.rules.ts';
import { cloudtrailDefenceRules } from './cloudtrail-defence.rules.ts';
import { cloudtrailIdentityRules } from './cloudtrail-identity.rules.ts';
import { pdriRules } from './pdri.rules.ts';

/** The rules that come with the library, as Sigma YAML: PDRI's findings and correlation types, and CloudTrail detections. */
export const defaultRules = (): readonly string[] => [
  ...pdriRules,
  cloudtrailIdentityRules,
  cloudtrailDefenceRules,
  cloudtrailDataRules,
];
