import config from './playwright.config.ts';

export default { ...config, testDir: 'pictures', projects: undefined };
