// https://www.conventionalcommits.org: the changelog and the version number are derived from these messages.
export default {
  extends: ['@commitlint/config-conventional'],
  rules: {
    'body-max-line-length': [2, 'always', 120],
    'header-max-length': [2, 'always', 120],
  },
};
