import type { AnyDefinition } from './define-config.ts';

interface Shape {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly items?: Shape;
  readonly default?: string | number | boolean | readonly string[];
}

/** The definition's variables as a Markdown table, for a README. Order and wording come from the definition alone. */
export function optionsTable(definition: AnyDefinition): string {
  const properties = definition.schema.properties as Record<string, Shape>;
  const rows = Object.entries(properties).map(([name, shape]) => {
    return [`\`${name}\``, typeText(shape), defaultText(definition, name, shape), definition.docs[name] ?? ''];
  });
  const lines = [['variable', 'value', 'default', 'what it is'], ['---', '---', '---', '---'], ...rows];
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}

function typeText(shape: Shape): string {
  if (shape.enum) return shape.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (shape.type === 'array') return `list of ${typeText(shape.items ?? {})}, separated by commas`;
  const range = [
    ...(shape.minimum === undefined ? [] : [`from ${shape.minimum}`]),
    ...(shape.maximum === undefined ? [] : [`to ${shape.maximum}`]),
    ...(shape.minLength === undefined ? [] : [`of ${shape.minLength} or more characters`]),
  ];
  return [shape.type === 'string' ? 'text' : (shape.type ?? 'any'), ...range].join(' ');
}

function defaultText(definition: AnyDefinition, name: string, shape: Shape): string {
  const required = definition.schema.required?.includes(name) && shape.default === undefined;
  const everywhere = shape.default === undefined ? 'none' : `\`${[shape.default].flat().join(',')}\``;
  const general = required ? 'required' : everywhere;
  const eased = definition.development?.[name];
  if (eased === undefined) return general;
  return `${general}; in development ${definition.sensitive.includes(name) ? 'a known value' : `\`${eased}\``}`;
}
