// The page's language: the first of the browser's that there are strings for, else English.

import en from '/static/strings/en.js'

const languages = { en }

const tag = navigator.languages.find(tag => tag.split('-')[0] in languages) ?? 'en'

/** All text that the pages show. */
export const strings = languages[tag.split('-')[0]]

/** The language tag to format numbers and dates for. */
export const locale = tag

document.documentElement.lang = tag
