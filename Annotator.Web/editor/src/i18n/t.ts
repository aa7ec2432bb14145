import en from './en.json';

export type MessageKey = keyof typeof en;
export type MessageValues = Readonly<Record<string, string | number>>;

let locale = 'en';

/** Numbers, dates and plurals follow this culture, such as `de-CH`; messages are English until there are others. */
export function setCulture(culture: string): void {
  try {
    locale = Intl.getCanonicalLocales(culture)[0] ?? 'en';
  } catch {
    locale = 'en';
  }
}

/**
 * The message in the person's language. `{name}` is a value; `{n, plural, one {# object} other {# objects}}` chooses by number.
 */
export function t(key: MessageKey, values: MessageValues = {}): string {
  return format(en[key], values);
}

/** A message by a key that is only known at run time; the key itself where there is none. */
export function message(key: string, values: MessageValues = {}): string {
  return key in en ? format(en[key as MessageKey], values) : key;
}

const PLURAL = /\{(\w+), plural, one \{([^}]*)\} other \{([^}]*)\}\}/g;

export function format(text: string, values: MessageValues): string {
  const chosen = text.replace(PLURAL, (_, name: string, one: string, other: string) => {
    const n = Number(values[name] ?? 0);
    return (new Intl.PluralRules('en').select(n) === 'one' ? one : other).replace('#', number(n));
  });
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? number(value) : value;
  });
}

export function number(value: number, digits = 0): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
}
