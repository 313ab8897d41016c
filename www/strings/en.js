// Everything the pages say, in English. Another language is a file of the same shape, named in index.js.
// Voice: short sentences, no exclamation marks, no jargon before "Technical details".

const count = (n, one, many) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`
const files = n => count(n, 'file', 'files')

const asAPrecaution = 'Nobody else has received anything, and your files and message are still here.'

export default {
  progress: {
    total: 'Total progress',
    file: name => `Progress of ${name}`,
    of: (loaded, total) => `${loaded} of ${total}`,
    waiting: 'The connection is lost. It goes on by itself as soon as there is one again.',
    back: 'The connection is back.',
    left(seconds) {
      if (seconds < 5) return 'a few seconds left'
      if (seconds < 60) return `about ${Math.ceil(seconds / 5) * 5} s left`
      if (seconds < 3600) return `about ${Math.ceil(seconds / 60)} min left`
      return `about ${(seconds / 3600).toFixed(1)} h left`
    },
  },

  failure: {
    technical: 'Technical details',
    again: 'Try again',
  },

  send: {
    title: 'Send files · Bulla',
    heading: 'Send files that only the receiver can read',
    drop: 'Drop files here',
    choose: 'or choose them from this device',
    chooseName: 'Choose files to send',
    more: 'Add more files',
    moreName: 'Add more files',
    promise: 'They are sealed in this browser before they leave it. The key is in the link you get, and the server never sees it.',
    chosen: 'To send',
    summary: (n, size) => `${files(n)}, ${size}`,
    added: (n, total) => `${files(n)} added. ${total}.`,
    removed: (name, total) => `${name} removed. ${total}.`,
    none: 'No files chosen',
    remove: 'Remove',
    removeName: name => `Remove ${name}`,
    message: 'Message',
    optional: 'optional',
    messageHint: 'Sealed together with the files.',
    sender: 'Your e-mail address',
    senderHint: 'Shown to whoever opens the link, and not sealed: the server sees it.',
    expires: 'Expires in',
    days: n => count(n, 'day', 'days'),
    send: 'Seal and get a link',
    unfinished: 'An upload broke off here',
    unfinishedMeaning: 'Choose the same files again, and it goes on where it was. What they hold is compared first.',
    unfinishedFile: (sent, of) => `${sent} of ${of} sent`,
    discard: 'Discard it',
    discarded: 'Discarded. What had been sent is being deleted.',

    sendingTitle: share => `${share} sent · Bulla`,
    sending: n => `Sending ${files(n)}`,
    stay: 'Keep this page open until the link appears.',
    stages: {
      preparing: 'Preparing',
      sending: 'Sealing and sending',
      finishing: 'Closing the package',
      paused: 'Paused',
    },
    pause: 'Pause',
    goOn: 'Go on',
    cancel: 'Cancel',
    cancelled: 'Cancelled. What had been sent is being deleted, and there is no link.',

    doneTitle: 'Sealed · Bulla',
    done: 'Sealed',
    doneSummary: (n, size, days) => `${files(n)}, ${size}. The link works for ${count(days, 'day', 'days')}.`,
    link: 'Link to the package',
    linkHint: 'Whoever has this link can open the package. It is shown only here and only now.',
    copy: 'Copy link',
    copied: 'Copied',
    copyFailed: 'Press Ctrl+C to copy',
    share: 'Share',
    shareText: 'Sealed files for you',
    open: 'Open the link',
    another: 'Send something else',
    qr: 'QR code of the link',
    qrHint: 'To open it on a phone, point its camera here.',
    knows: 'What the server knows: that a package exists, how large it is, and when it comes and goes. Not what is in it.',
    knowsMore: 'More about this',
    knowsList: [
      'It sees how many files there are and their sizes, the times, the network addresses of those who send and open, and an e-mail address if you gave one.',
      'It does not see the contents, the names, the message or the key. The key is the part of the link after the # sign, which browsers do not send.',
      'When the package expires the server deletes it. A dishonest server could keep the sealed bytes, which stay unreadable without the link.',
      'Whoever receives the link holds the key, and could pass it on, to the server too.',
      'This page came from the same server. If you cannot trust it to serve honest code, use the same client from another place.',
    ],

    errors: {
      AUTHENTICATION_FAILED: {
        title: 'This server takes no files without an account',
        meaning: 'Whoever runs it has not opened sending to everyone. Nothing was sent.',
        remedy: 'Ask whoever runs it to open sending, or to give you an API key.',
      },
      NETWORK: {
        title: 'The connection was lost',
        meaning: `The server could not be reached. ${asAPrecaution}`,
        remedy: 'Check the connection, then try again. It goes on where it was, if this browser could keep track.',
      },
      STORAGE: {
        title: 'The server could not keep the files',
        meaning: `The place where it stores sealed files refused or failed. ${asAPrecaution}`,
        remedy: 'Try again in a few minutes. If it stays like this, tell whoever runs the server.',
      },
      SERVER: {
        title: 'The server gave an answer that makes no sense',
        meaning: `It reported an error, or said something this page does not understand. ${asAPrecaution}`,
        remedy: 'Try again in a few minutes. If it stays like this, tell whoever runs the server.',
      },
      LIMIT_REACHED: {
        title: 'This is more than the server takes',
        meaning: `There is a limit on the size or number of files, the length of the message, or how often one may send. ${asAPrecaution}`,
        remedy: 'Send less at once, or try again later.',
      },
      INVALID_INPUT: {
        title: 'Something here cannot be sent',
        meaning: `A file could no longer be read, perhaps because it was moved or changed, or the server does not accept the settings. ${asAPrecaution}`,
        remedy: 'Remove the files that have changed and add them again, then try once more.',
      },
      NOT_FOUND: {
        title: 'The server lost the package while it was being sent',
        meaning: `The unfinished package is gone, perhaps because sending took too long. ${asAPrecaution}`,
        remedy: 'Try again.',
      },
      REFUSED: {
        title: 'The server refused',
        meaning: `It does not take what you send as it is; the technical details say why. ${asAPrecaution}`,
        remedy: 'Change what it names, then try again.',
      },
      UNSUPPORTED: {
        title: 'This browser cannot seal files',
        meaning: 'It lacks WebAssembly, or something else that sealing needs. Nothing was sent.',
        remedy: 'Use a current version of Firefox, Chrome, Edge or Safari, and check that WebAssembly is not switched off.',
      },
      INTERNAL: {
        title: 'This page has a defect',
        meaning: `Something happened that should not. ${asAPrecaution}`,
        remedy: 'Try again. If it stays like this, send the technical details to whoever runs the server.',
      },
    },
  },

  receive: {
    title: 'Sealed package · Bulla',
    heading: 'A sealed package is waiting for you',
    sealed: 'It is still closed. Opening it shows what is in it, who sent it and how large it is; nothing is saved before you say so.',
    sealedHint: 'It is opened in this browser. The key is in your link and stays here.',
    open: 'Open',

    opening: 'Opening',
    offline: 'This device seems to be offline. The page keeps trying for a while.',
    cancel: 'Cancel',
    failedTitle: what => `${what} · Bulla`,

    passwordTitle: 'Password needed · Bulla',
    password: 'This package asks for a password',
    passwordMeaning: 'The sender has set one besides the link, and should have told you.',
    passwordLabel: 'Password',
    passwordWrong: 'That is not the password. Check it and try again.',

    openTitle: n => `${files(n)} · Bulla`,
    contents: (n, size) => (size === undefined ? files(n) : `${files(n)}, ${size}`),
    intact: 'The seal is unbroken: these are the files, names and message that were sealed.',
    intactPart: 'This package comes from an older kind of client. Each piece of a file is checked, but names, order and missing pieces cannot be.',
    message: 'Message',
    from: 'From',
    nobody: 'Someone with no account here',
    unverified: 'not verified',
    sent: 'Sent',
    until: 'Available until',
    never: 'No end set',
    files: 'Files',
    unknownSize: 'size not known',
    save: 'Save',
    saveName: name => `Save ${name}`,
    saveAll: (n, size) => [n === 1 ? 'Save' : 'Save all', size].filter(Boolean).join(' · '),
    archive: day => `Bulla ${day}.zip`,
    savedAs: name => `is saved as ${name}`,
    saving: name => `Fetching and checking ${name}`,
    savingTitle: share => `${share} saved · Bulla`,
    stay: 'Keep this page open until it is done.',
    savedFile: 'Saved, verified',
    savedFilePart: 'Saved',
    savedOne: name => `${name} is saved.`,
    verified: 'Verified and saved.',
    verifiedMeaning: 'Every byte is what was sealed.',
    savedAll: 'All saved.',
    pause: 'Pause',
    goOn: 'Go on',
    paused: 'Paused',
    goesOn: 'Fetching and checking',
    cancelled: 'Cancelled. What was on its way is not saved.',
    cancelledKept: 'Cancelled. What has arrived stays on your disk for now, and is not whole. Save it again to go on from there.',
    discard: 'Delete what is not whole',
    discarded: 'Deleted. What was whole is still there.',
    touched: 'The file was changed since, or is gone. Save it again from the beginning.',
    brokeOff: (saved, of) => `Saving broke off in this browser before. ${saved} of ${of} are on your disk.`,
    tooLarge: limit => `Larger than ${limit}, which this browser cannot save in this window. Open the link in a window that is not private, over https.`,
    checked: 'What was checked, and what was not',
    checkedList: [
      'The list of files, their names and sizes, and the message are the ones that were sealed by someone holding the link. Anything else would have been refused.',
      'The contents are checked piece by piece while they are fetched, and nothing that is wrong is saved. A file is whole only when this page says so.',
      'Who sent it and until when it is available is what the server says. The seal does not cover that.',
      'Whether the sender replaced the package by a newer one cannot be seen by someone who opens it for the first time.',
    ],
    checkedListPart: [
      'Each piece of each file was checked with the key in the link while it was fetched.',
      'This older format does not show whether pieces were reordered or left out, nor whether names were changed or files added or hidden.',
      'Who sent it and until when it is available is what the server says.',
    ],

    // No key at all, and a key that is cut, carry the same code.
    noKey: {
      title: 'This link has lost its key',
      meaning: 'The key is the part after the # sign, and it is missing. It may have been cut off on the way, or this page was loaded again: it does not keep the key.',
      remedy: 'Go back to the message with the link and open it from there. If that does not help, have the whole link sent again.',
    },
    errors: {
      LINK_INCOMPLETE: {
        title: 'The key in this link is incomplete',
        meaning: 'Some characters at the end are missing, or something was added. A mail or chat program may have cut the link.',
        remedy: 'Copy the whole link from the message and open that, or have it sent again.',
      },
      LINK_INVALID: {
        title: 'This is not a link to a package',
        meaning: 'The address lacks what a package’s link has.',
        remedy: 'Go back to the message with the link and open it from there.',
      },
      WRONG_KEY: {
        title: 'Nothing opens with this link',
        meaning: 'A character of it may have been changed on the way, or the package no longer exists. The server gives both the same answer, so that nobody can try links out.',
        remedy: 'Copy the link again from the message, or have it sent again.',
      },
      TAMPERED: {
        title: 'The seal is broken',
        meaning: 'What arrived is not what was sealed. Something was changed, left out or added after sending. What could not be verified is not shown, and was not saved.',
        remedy: 'Tell the sender, by another way than this server, and have it sent again.',
      },
      EXPIRED: {
        title: 'This package has expired',
        meaning: 'Its time is over, and the server has let go of it.',
        remedy: 'Ask the sender to send it again.',
      },
      NOT_FOUND: {
        title: 'There is no package here',
        meaning: 'It was deleted, it has expired, or it never existed.',
        remedy: 'Check that the link is whole. Otherwise ask the sender to send it again.',
      },
      LIMIT_REACHED: {
        title: 'Too many attempts',
        meaning: 'The server has seen too many tries for this package, or from your network, and waits before it answers again.',
        remedy: 'Wait a few minutes, then try again.',
      },
      AUTHENTICATION_FAILED: {
        title: 'The server no longer lets this page in',
        meaning: 'Opening a package gives access for a short time, and that time is over.',
        remedy: 'Try again.',
      },
      NETWORK: {
        title: 'No connection',
        meaning: 'The server cannot be reached. The package is not harmed.',
        remedy: 'Check the connection. As soon as this device is online again the page goes on by itself, or try again now.',
      },
      STORAGE: {
        title: 'The sealed files cannot be fetched',
        meaning: 'The place where the server keeps them does not give them out right now.',
        remedy: 'Try again in a few minutes. If it stays like this, tell the sender.',
      },
      SERVER: {
        title: 'The server gave an answer that makes no sense',
        meaning: 'It reported an error, or said something this page does not understand.',
        remedy: 'Try again in a few minutes. If it stays like this, tell the sender.',
      },
      DISK: {
        title: 'The file cannot be written',
        meaning: 'This device refused to keep it. Perhaps its disk is full, or that place may not be written to. The file is not whole.',
        remedy: 'Make room, then try again.',
      },
      STOPPED: {
        title: 'The browser stopped the download',
        meaning: 'What lies in your downloads is not whole, even if the browser shows it as finished. The package is not harmed.',
        remedy: 'Delete that file, then try again.',
      },
      UNSUPPORTED: {
        title: 'This browser cannot open the package',
        meaning: 'It lacks WebAssembly or something else that is needed, or the package was made by a newer version.',
        remedy: 'Use a current version of Firefox, Chrome, Edge or Safari, and check that WebAssembly is not switched off.',
      },
      INTERNAL: {
        title: 'This page has a defect',
        meaning: 'Something happened that should not. The package is not harmed.',
        remedy: 'Try again. If it stays like this, send the technical details to whoever runs the server.',
      },
    },
  },
}
