import type { authConfig, Config } from '@dmitry/kit/config';

/** With what, by whom and for whom tokens of these settings are signed. */
export const signingOf = ({
  JWT_SECRET: secret,
  JWT_ISSUER: issuer,
  JWT_AUDIENCE: audience,
}: Config<[typeof authConfig]>['auth']) => ({
  ...(secret === undefined ? {} : { secret: secret.reveal() }),
  ...(issuer === undefined ? {} : { issuer }),
  ...(audience === undefined ? {} : { audience }),
});
