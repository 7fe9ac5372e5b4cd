import { Ajv2020 } from 'ajv/dist/2020.js';
import { asyncApiDocument } from '@dmitry/contracts';

interface Document {
  readonly channels: Readonly<Record<string, { readonly address: string; readonly messages: Refs }>>;
  readonly operations: Readonly<
    Record<string, { readonly action: string; readonly channel: { readonly $ref: string } }>
  >;
  readonly components: {
    readonly messages: Readonly<Record<string, { readonly contentType: string; readonly payload: object }>>;
  };
}
type Refs = Readonly<Record<string, { readonly $ref: string }>>;

/** A channel of the generated AsyncAPI document, as a reader of the document alone would use it. */
export interface Channel {
  readonly topic: string;
  /** Whether the product publishes on it. */
  readonly sent: boolean;
  readonly contentType: string;
  /** Why a value is not a message of this channel; empty when it is one. */
  faultsOf(value: string): readonly string[];
}

export function documentedChannels(): readonly Channel[] {
  const document = asyncApiDocument('e2e') as unknown as Document;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  return Object.entries(document.channels).map(([name, { address, messages }]) => {
    const [ref = ''] = Object.values(messages).map(({ $ref }) => $ref);
    const message = document.components.messages[ref.split('/').at(-1) ?? ''];
    if (!message) throw new Error(`${name}: ${ref} is not in the document`);
    const valid = ajv.compile(message.payload);
    return {
      topic: address,
      sent: Object.values(document.operations).some(
        (one) => one.action === 'send' && one.channel.$ref === `#/channels/${name}`,
      ),
      contentType: message.contentType,
      faultsOf: (value) =>
        valid(JSON.parse(value)) ? [] : (valid.errors ?? []).map((error) => `${error.instancePath} ${error.message}`),
    };
  });
}
