import { Aegis } from './aegis/aegis.ts';
import type { EffectRecord } from './effects/effect-record.ts';
import { Pdri } from './pdri/pdri.ts';
import { Platform } from './platform/platform.ts';

/** Everything that one tenant has. Tenants share nothing. */
export interface World {
  readonly tenant: string;
  readonly pdri: Pdri;
  readonly platform: Platform;
  readonly aegis: Aegis;
}

/** Worlds by tenant, made when first asked for. */
export class Worlds {
  private readonly byTenant = new Map<string, World>();

  /** @param past effects of a tenant from before a restart, for what is contained still */
  constructor(private readonly past: (tenant: string) => readonly EffectRecord[]) {}

  of(tenant: string): World {
    const known = this.byTenant.get(tenant);
    if (known) return known;
    const pdri = new Pdri(tenant);
    const world: World = { tenant, pdri, platform: new Platform(pdri), aegis: new Aegis(pdri) };
    for (const record of this.past(tenant)) {
      if (record.executor === 'aegis' && record.status === 'confirmed') world.aegis.contain(record);
    }
    this.byTenant.set(tenant, world);
    return world;
  }

  get tenants(): readonly string[] {
    return [...this.byTenant.keys()].sort();
  }
}
