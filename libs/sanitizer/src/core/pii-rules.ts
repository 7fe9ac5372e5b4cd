import { isIban, isPaymentCard, isSocialSecurityNumber } from './checksums.ts';
import type { PatternRule } from './pattern-rule.ts';

const rule = (type: string, parts: Omit<PatternRule, 'rule' | 'type'>): PatternRule => ({
  rule: type.replaceAll('_', '-'),
  type,
  ...parts,
});

const oneSeparator = (value: string): boolean => new Set(value.replaceAll(/\d/g, '')).size <= 1;
const digitsIn = (value: string): number => value.replaceAll(/\D/g, '').length;

/** Twelve or thirteen digits are an account number of a cloud or a time far more often than a card: the text must speak of one. */
const spokenOfAsCard = ({ input, index }: RegExpExecArray): boolean =>
  /card|visa|maestro|\bcc\b|\bpan\b|\batm\b|payment/i.test(input.slice(Math.max(0, index - 60), index));

/**
 * Personal data, by checksum where there is one. Addresses of hosts, digests, identifiers and user names are what a security team works
 * with, and no personal data here: a bare run of digits is nothing unless its check digit and its range say so.
 */
export const PII_RULES: readonly PatternRule[] = [
  rule('credit_card', {
    keywords: [],
    confidence: 0.95,
    pattern: /(?<![\w.+/=-])\d(?:[ -]?\d){11,18}(?![\w/=-]|\.\d)/g,
    accept: (value, match) =>
      oneSeparator(value) && isPaymentCard(value) && (digitsIn(value) > 13 || spokenOfAsCard(match)),
  }),
  rule('iban', {
    keywords: [],
    confidence: 0.98,
    pattern: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g,
    accept: isIban,
  }),
  rule('us_ssn', {
    keywords: [],
    confidence: 0.85,
    pattern: /(?<![\w.+/-])\d{3}([- ])\d{2}\1\d{4}(?![\w/-]|\.\d)/g,
    accept: isSocialSecurityNumber,
  }),
  rule('us_ssn', {
    keywords: ['ssn', 'social security'],
    confidence: 0.9,
    accept: isSocialSecurityNumber,
    pattern:
      /(?:SSN|social security(?: number| no\.?)?)["']?[ \t]{0,3}(?:is|:|=|#)?[ \t]{0,3}["']?(?<value>\d{3}[- ]?\d{2}[- ]?\d{4})(?!\d)/gi,
  }),
  rule('email', {
    keywords: ['@'],
    confidence: 0.9,
    pattern: /(?<![\w.+%-])[A-Za-z0-9][\w.+%-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}(?![\w@-])/g,
    accept: (value) => !/^git@|\.(?:internal|local|compute)$/i.test(value),
  }),
  rule('phone', {
    keywords: ['+'],
    confidence: 0.75,
    pattern: /(?<![\w+.-])\+[1-9]\d{0,2}[ .()/-]{0,2}\d(?:[ .()/-]{0,2}\d){6,12}(?![\w-])/g,
    accept: (value) => digitsIn(value) >= 8 && digitsIn(value) <= 15,
  }),
  rule('phone', {
    keywords: ['(', '-', '.'],
    confidence: 0.7,
    pattern:
      /(?<![\w.+/-])(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[.-])[2-9]\d{2}[.-]\d{4}(?:x\d{1,6})?(?![\w/-]|\.\d)/g,
  }),
  rule('phone', {
    keywords: ['phone', 'tel', 'mobile', 'call', 'cell', 'fax'],
    confidence: 0.7,
    pattern:
      /(?:phone|telephone|\btel|mobile|\bcell|\bfax|\bcall(?: me| us)?)(?: number| no\.?)?["']?[ \t]{0,3}(?:is|on|at|:|=)?[ \t]{0,3}["']?(?<value>\(?\d(?:[ .()/-]{0,2}\d){6,13})(?!\w)/gi,
    accept: (value) => digitsIn(value) >= 7 && digitsIn(value) <= 15,
  }),
];
