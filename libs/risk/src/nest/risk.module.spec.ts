import { describe, expect, it } from '@jest/globals';
import type { CallContext } from '@dmitry/outbound';
import { PdriClient } from '@dmitry/platform-client';
import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { RiskFactsSource, RiskModule } from './index.ts';

const pdri = { entityRisk: () => Promise.resolve({ kind: 'unavailable', code: 'platform.timeout', entry: '' }) };

@Module({ providers: [{ provide: PdriClient, useValue: pdri }], exports: [PdriClient] })
class Neighbours {}

describe('RiskModule', () => {
  it("gathers facts through the app's PDRI client, in the context of the caller", async () => {
    const risk = { ...RiskModule.forRoot(), imports: [Neighbours] };
    const app = await Test.createTestingModule({ imports: [risk] }).compile();
    const facts = app.get<RiskFactsSource>(RiskFactsSource)({ tenant: 'acme' } as CallContext);
    expect(await facts.gather([{ type: 'identity', id: 'eve' }])).toMatchObject({ partial: true });
    await app.close();
  });
});
