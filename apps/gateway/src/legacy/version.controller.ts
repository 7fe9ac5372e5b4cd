import { SCHEMA_VERSION } from '@dmitry/contracts';
import { Public } from '@dmitry/kit/nest';
import { Controller, Get, Inject } from '@nestjs/common';
import { BuildInfo } from '../build-info.ts';

/** What the mesh is told too. */
export const CAPABILITIES = ['chat', 'advise', 'security_tools', 'platform_integration'] as const;

@Controller('version')
@Public()
export class VersionController {
  constructor(@Inject(BuildInfo) private readonly build: BuildInfo) {}

  @Get()
  version() {
    const { version, build } = this.build;
    return { version, build, capabilities: CAPABILITIES, schema_version: SCHEMA_VERSION };
  }
}
