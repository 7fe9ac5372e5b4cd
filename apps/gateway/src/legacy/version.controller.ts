import { SCHEMA_VERSION } from '@dmitry/contracts';
import { Public, RouteSchema } from '@dmitry/kit/nest';
import { Controller, Get, Inject } from '@nestjs/common';
import { Type } from 'typebox';
import { BuildInfo } from '../build-info.ts';

/** What the mesh is told too. */
export const CAPABILITIES = ['chat', 'advise', 'security_tools', 'platform_integration'] as const;

const Version = Type.Object({
  version: Type.String(),
  build: Type.String(),
  capabilities: Type.Array(Type.String()),
  schema_version: Type.String(),
});

@Controller('version')
@Public()
export class VersionController {
  constructor(@Inject(BuildInfo) private readonly build: BuildInfo) {}

  @Get()
  @RouteSchema({ response: Version })
  version() {
    const { version, build } = this.build;
    return { version, build, capabilities: CAPABILITIES, schema_version: SCHEMA_VERSION };
  }
}
