import { describe, expect, it } from '@jest/globals';
import { isIban, isPaymentCard, isSocialSecurityNumber, passesLuhn } from './checksums.ts';
import { scan } from './index.ts';

const found = (text: string) =>
  scan(text, { categories: ['pii'] }).findings.map((each) => [each.type, text.slice(each.start, each.end)]);

describe('personal data is found at its exact place', () => {
  it.each([
    ['card 4111 1111 1111 1111 was used', 'credit_card', '4111 1111 1111 1111'],
    ['5500-0000-0000-0004', 'credit_card', '5500-0000-0000-0004'],
    ['amex 378282246310005.', 'credit_card', '378282246310005'],
    ['visa card 4222222222222 blocked', 'credit_card', '4222222222222'],
    ['jcb 3530111333300000', 'credit_card', '3530111333300000'],
    ['to GB82 WEST 1234 5698 7654 32 today', 'iban', 'GB82 WEST 1234 5698 7654 32'],
    ['DE89370400440532013000', 'iban', 'DE89370400440532013000'],
    ['ssn 536-22-1234', 'us_ssn', '536-22-1234'],
    ['"ssn": "536221234"', 'us_ssn', '536221234'],
    ['mail jane.doe+x@mail.example.org now', 'email', 'jane.doe+x@mail.example.org'],
    ['call +49 30 1234 5678', 'phone', '+49 30 1234 5678'],
    ['(212) 555-0187', 'phone', '(212) 555-0187'],
    ['phone: 030 1234567', 'phone', '030 1234567'],
  ])('%s', (text, type, value) => {
    expect(found(text)).toEqual([[type, value]]);
  });
});

describe('numbers that are no personal data', () => {
  it.each([
    'order 4111 1111 1111 1112',
    'account 4222222222222',
    'aws account 501234567896 and 600000000007',
    'id 1234567890123456',
    '0000000000000000',
    'float 0.4111111111111111',
    'hash a4111111111111111',
    'mixed 4111-1111 1111 1111',
    'GB82 WEST 1234 5698 7654 33',
    'ssn 000-12-3456',
    '666-12-3456',
    '900-12-3456',
    '536-00-1234',
    '536-22-0000',
    '078-05-1120',
    'account 1234567890',
    '2024-01-02 12:13:14',
    'version 212.555.01',
    'git@github.com:org/repo',
    'svc@host.internal',
    '192.168.100.200',
    '+1',
    'tab 5551234567',
  ])('%s', (text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('checksums', () => {
  it('follow their standards', () => {
    expect([passesLuhn('79927398713'), passesLuhn('79927398710')]).toEqual([true, false]);
    expect([isIban('NO93 8601 1117 947'), isIban('NO93 8601 1117 948'), isIban('XX00')]).toEqual([true, false, false]);
    expect([isPaymentCard('6011111111111117'), isPaymentCard('9999999999999995')]).toEqual([true, false]);
    expect([isSocialSecurityNumber('219-09-9999'), isSocialSecurityNumber('12-34')]).toEqual([false, false]);
  });
});
