import type { TextSource } from './sanitizer-finding.ts';

/** A sign of an order that wants to be obeyed by a model, and how much it weighs by source. */
export interface InjectionSign {
  readonly rule: string;
  readonly type: 'override' | 'role_play' | 'jailbreak' | 'prompt_leak' | 'delimiter' | 'exfiltration' | 'indirect';
  readonly pattern: RegExp;
  /** 0..1 in a text that a user wrote. */
  readonly weight: number;
  /** In what a tool brought; orders have no place there. @default weight */
  readonly inData?: number;
  /** Markup is a sign wherever it stands: quoting does not weaken it. */
  readonly markup?: boolean;
}

const ORDERS =
  'instructions?|prompts?|rules?|guidelines|directives?|directions|policies|programming|commands|constraints|restrictions|safeguards|training';
const OURS =
  'previous|prior|above|earlier|preceding|foregoing|existing|original|initial|system|all|any|every|your|my|the|these|those|safety';

/** Principles rather than phrases: who is to forget what, who is to be what, what is to be shown or sent, and forged boundaries. */
export const INJECTION_SIGNS: readonly InjectionSign[] = [
  {
    rule: 'override-orders',
    type: 'override',
    weight: 0.75,
    pattern: new RegExp(
      `\\b(?:ignore|disregard|forget|override|overlook|bypass|neglect|drop|discard|do not follow|don't follow|stop following)\\b[^.\\n]{0,40}\\b(?:${OURS})\\b[^.\\n]{0,30}\\b(?:${ORDERS})\\b`,
      'gi',
    ),
  },
  {
    rule: 'forget-everything',
    type: 'override',
    weight: 0.6,
    pattern:
      /\b(?:forget|ignore|disregard) (?:about )?(?:everything|all|anything) (?:you|that|above|before|i|we|was)\b/gi,
  },
  {
    rule: 'new-orders',
    type: 'override',
    weight: 0.5,
    pattern:
      /\b(?:new|updated|revised|real|actual) (?:system )?(?:instructions?|directives?|orders?)(?: are| is|:| follow)/gi,
  },
  {
    rule: 'from-now-on',
    type: 'role_play',
    weight: 0.35,
    pattern: /\bfrom now on,? (?:you|i want you|your|act|respond|answer|reply)\b/gi,
  },
  {
    rule: 'you-are-now',
    type: 'role_play',
    weight: 0.4,
    pattern:
      /\byou (?:are|will be|shall be) (?:now|going to (?:be|act|pretend|play))\b|\byou are (?:about to|going to) (?:immerse|take on|become|roleplay)/gi,
  },
  {
    rule: 'act-as',
    type: 'role_play',
    weight: 0.25,
    pattern:
      /\b(?:act|behave|respond|answer|roleplay|role-play|speak|pretend|simulate|imagine|play)\b[^.\n]{0,24}\b(?:as|like|to be|you're|you are|the role)\b[^.\n]{0,60}\b(?:ai|assistant|chatbot|model|character|persona|bot|gpt|chatgpt|machine|without)\b/gi,
  },
  {
    rule: 'stay-in-character',
    type: 'role_play',
    weight: 0.35,
    pattern:
      /\b(?:stay|remain|keep) in (?:your |the )?(?:character|role|persona)|\bnever break (?:character|role)|\bbreak(?:ing|s)? character\b/gi,
  },
  {
    rule: 'no-limits',
    type: 'jailbreak',
    weight: 0.45,
    pattern:
      /\b(?:without|no|free (?:of|from)|not bound by|unbound by|ignores?|has no|have no|lacks?|bypass(?:es)?|disregards?)\b[^.\n]{0,30}\b(?:restrictions?|limitations?|filters?|censorship|ethic(?:s|al)|moral(?:s|ity)?|guidelines|content polic(?:y|ies)|safety (?:rules|measures|guidelines)|boundaries)\b/gi,
  },
  {
    rule: 'unfiltered',
    type: 'jailbreak',
    weight: 0.3,
    pattern:
      /\b(?:unfiltered|uncensored|amoral|immoral|unethical|jailbroken|unrestricted)\b[^.\n]{0,50}\b(?:ai|model|chatbot|assistant|bot|response|answer|advice|mode|version|character)s?\b/gi,
  },
  {
    rule: 'mode-switch',
    type: 'jailbreak',
    weight: 0.6,
    pattern:
      /\b(?:developer|dev|god|dan|debug|jailbreak|jailbroken|evil|unrestricted|opposite|sudo|maintenance|admin) mode\b[^.\n]{0,40}\b(?:enabled|on|activated?|output|engaged|enter)\b|\b(?:enter|enable|activate|switch to|engage)\b[^.\n]{0,20}\b(?:developer|god|dan|debug|jailbreak|unrestricted|maintenance|admin) mode\b/gi,
  },
  {
    rule: 'do-anything-now',
    type: 'jailbreak',
    weight: 0.8,
    pattern: /\bdo anything now\b|\bD\.?A\.?N\.? (?:will|can|is|does|never)\b/gi,
  },
  {
    rule: 'never-refuse',
    type: 'jailbreak',
    weight: 0.45,
    pattern:
      /\b(?:never|do not|don't|cannot|can't|must not|won't|will not)\b[^.\n]{0,24}\b(?:refuse|decline|reject|say (?:no|you can't|"?i(?:'m| am) sorry)|apologi[sz]e|deny)\b/gi,
  },
  {
    rule: 'not-an-ai',
    type: 'jailbreak',
    weight: 0.35,
    pattern:
      /\b(?:never|don't|do not|not)\b[^.\n]{0,20}\b(?:mention|say|state|remind|reveal|admit)\b[^.\n]{0,30}\b(?:an? (?:ai|language model)|openai|chatgpt)\b/gi,
  },
  {
    rule: 'leak-prompt',
    type: 'prompt_leak',
    weight: 0.65,
    pattern: new RegExp(
      `\\b(?:reveal|show|print|repeat|output|display|leak|disclose|expose|dump|echo|write out|tell me|give me|what (?:is|are|was|were))\\b[^.\\n]{0,40}\\b(?:your|the|system|hidden|initial|original|secret|developer|internal)\\b[^.\\n]{0,20}\\b(?:system prompt|prompts?|instructions|hidden rules|configuration|initial message|system message)\\b`,
      'gi',
    ),
  },
  {
    rule: 'forged-boundary',
    type: 'delimiter',
    weight: 0.8,
    markup: true,
    pattern:
      /<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id)[^|]{0,20}\|>|\[\/?INST\]|<<\/?SYS>>|<\/?(?:system|instructions?|assistant|developer)(?:_prompt|_message)?>|^#{2,4} ?(?:system|instruction|end of (?:context|prompt|document))\b|-{3,8} ?(?:end|begin) (?:of )?(?:system|context|prompt|instructions|document)/gim,
  },
  {
    rule: 'forged-turn',
    type: 'delimiter',
    weight: 0.35,
    inData: 0.5,
    pattern: /(?:^|\n)[ \t]{0,4}(?:system|assistant|developer|admin)[ \t]{0,2}:[ \t]{0,4}\S/gi,
  },
  {
    rule: 'send-out',
    type: 'exfiltration',
    weight: 0.4,
    inData: 0.75,
    pattern:
      /\b(?:send|post|upload|forward|e-?mail|transmit|exfiltrate|leak|copy|paste|submit)\b[^.\n]{0,50}\b(?:secrets?|credentials?|passwords?|tokens?|api keys?|conversation|chat history|files?|data|contents?|customer|private)\b[^\n]{0,40}\b(?:to|at|via)\b/gi,
  },
  {
    rule: 'tool-order',
    type: 'indirect',
    weight: 0.2,
    inData: 0.7,
    pattern:
      /\b(?:call|invoke|use|run|execute|trigger)\b[^.\n]{0,20}\b(?:the )?[a-z_]{3,40}\b[^.\n]{0,10}\b(?:tool|function|plugin|command|action)\b/gi,
  },
  {
    rule: 'address-the-model',
    type: 'indirect',
    weight: 0.3,
    inData: 0.8,
    pattern:
      /\b(?:ai|llm|language model|assistant|agent|chatbot|copilot|gpt)\b[^.\n]{0,30}\b(?:must|should|shall|need to|has to|please|are required to|is required to)\b[^.\n]{0,40}\b(?:ignore|approve|send|call|reveal|execute|mark|close|disable|delete|allow|grant|follow|respond|answer|reply|include|output)\b/gi,
  },
  {
    rule: 'suppress-finding',
    type: 'indirect',
    weight: 0.3,
    inData: 0.75,
    pattern:
      /\b(?:mark|treat|classify|consider|close|report)\b[^.\n]{0,40}\b(?:as )?(?:benign|false positive|safe|resolved|no risk|low risk|approved|trusted)\b[^.\n]{0,60}\b(?:do not|don't|without|and|regardless)\b/gi,
  },
  {
    rule: 'hide-from-user',
    type: 'indirect',
    weight: 0.45,
    inData: 0.8,
    pattern:
      /\b(?:do not|don't|never|without)\b[^.\n]{0,20}\b(?:tell(?:ing)?|inform(?:ing)?|mention(?:ing)?|alert(?:ing)?|notify(?:ing)?)\b[^.\n]{0,20}\b(?:the )?(?:user|human|operator|analyst|anyone|them)\b/gi,
  },
  {
    rule: 'answer-format',
    type: 'indirect',
    weight: 0,
    inData: 0.55,
    pattern:
      /\b(?:encode|provide|give|write|display|convert|translate|respond|reply|answer|end|begin|start|include)\b[^.\n]{0,40}\b(?:your|the) (?:response|answer|reply|output)s?\b|\b(?:respond|reply|answer) (?:in|with|only|using|as)\b/gi,
  },
  {
    rule: 'two-answers',
    type: 'jailbreak',
    weight: 0.45,
    pattern:
      /\b(?:two|2|both) (?:different )?(?:responses|answers|replies|ways)\b|\[(?:classic|jailbreak|dan|gpt|normal|🔓jailbreak|🔒classic)\]/giu,
  },
  {
    rule: 'your-reply',
    type: 'indirect',
    weight: 0,
    inData: 0.55,
    pattern:
      /\b(?:in|to|of|into|for|with) your (?:response|answer|reply|message|output|summary)\b|\byour (?:response|answer|reply|message)\b/gi,
  },
  {
    rule: 'no-conscience',
    type: 'jailbreak',
    weight: 0.4,
    pattern:
      /\b(?:doesn['’]?t|don['’]?t|does not|do not|without|never|no)\b[^.\n]{0,24}\b(?:care|follow|give|have|any|obey|consider)\b[^.\n]{0,40}\b(?:laws?|morals?|morality|ethics?|legality|illegality|consequences|guidelines|rules)\b/gi,
  },
  {
    rule: 'reply-as',
    type: 'role_play',
    weight: 0.25,
    pattern:
      /\b(?:respond|reply|answer|speak)(?:s|ing)? (?:only |always |both )?as\b|\byou (?:are|will be) (?:in )?the role of\b|\bin this (?:hypothetical|fictional) (?:story|scenario|world)\b/gi,
  },
];

/** The weight of a sign in a text from `source`. */
export const weightOf = (sign: InjectionSign, source: TextSource): number =>
  source === 'tool_output' ? (sign.inData ?? sign.weight) : sign.weight;
