import { HealthReporter } from '@dmitry/health';
import { MembershipStatus } from '@dmitry/platform-client/nest';
import { Module } from '@nestjs/common';

/** What the mesh is told is what `/health` says. */
@Module({
  providers: [
    {
      provide: MembershipStatus,
      inject: [HealthReporter],
      useFactory:
        (reporter: HealthReporter): MembershipStatus =>
        async () =>
          (await reporter.health()).status as Awaited<ReturnType<MembershipStatus>>,
    },
  ],
  exports: [MembershipStatus],
})
export class MeshModule {}
