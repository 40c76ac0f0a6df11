// Pictures of every page, for eyes: `make pictures` leaves them in target/pictures.
import { Entra } from '../helpers/entra.ts';
import type { Rollcall } from '../helpers/rollcall.ts';
import { addRole, chooseEntra, connect, test } from '../helpers/test.ts';
import { picture } from './picture.ts';

const PEOPLE = [
  ['Ada', 'Lovelace'],
  ['Grace', 'Hopper'],
  ['Linus', 'Torvalds'],
  ['Margaret', 'Hamilton'],
  ['Edsger', 'Dijkstra'],
  ['Barbara', 'Liskov'],
  ['Donald', 'Knuth'],
  ['Katherine', 'Johnson'],
] as const;

/** An account with more of everything than a page was drawn for; gives the id of a user with too much of it all. */
async function crowd(rollcall: Rollcall, account: string): Promise<string> {
  const entra = new Entra(connect(rollcall, account, 'Microsoft Entra'));
  const long = 'maximiliane.alexandra.von-und-zu-hohenstein-wittelsbach';
  rollcall.cli('user', 'create', '--account', account, '--user-name', `${long}@a-rather-long-company-name.example`, '--role', 'administrator', '--role', 'member');
  const first = (await entra.create(`${long}@a-rather-long-company-name.example`, 'Maximiliane Alexandra', 'von und zu Hohenstein-Wittelsbach')).body.id;
  for (let index = 1; index <= 60; index += 1) await entra.create(`${long}.${index}@umbrella.example`, 'Maximiliane', `Hohenstein ${index}`);
  for (let index = 1; index <= 8; index += 1) {
    const name = `Everybody who may see the quarterly figures of region ${index}`;
    const group = (await entra.createGroup(name)).body.id;
    await entra.addMembers(group, first);
    rollcall.cli('group', 'grant', '--account', account, '--group', name, '--role', index % 2 ? 'auditor' : 'member');
  }
  for (let index = 0; index < 12; index += 1) await entra.rename(first, `Hohenstein the ${index}.`, `${long}${index}@umbrella.example`);
  return first;
}

test('every page', async ({ rollcall, acme, owner: page, browser }) => {
  test.setTimeout(900_000);
  const globex = rollcall.cli('account', 'create', '--name', 'Globex');
  rollcall.cli('user', 'create', '--account', globex, '--user-name', 'taken@acme.example');
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'grace.hopper@acme.example', '--role', 'administrator');
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'glass@acme.example', '--role', 'administrator', '--break-glass');
  rollcall.cli('token', 'create', '--account', acme, '--name', 'Next', '--valid-for', '12d');
  const entra = new Entra(connect(rollcall, acme, 'Microsoft Entra'));
  const ids: string[] = [];
  for (const [given, family] of PEOPLE) {
    const made = await entra.create(`${given}.${family}@acme.example`.toLowerCase(), given, family);
    ids.push(made.body.id);
  }
  await entra.create('taken@acme.example', 'Marie', 'Curie');
  await entra.create('glass@acme.example', 'Break', 'Glass');
  await entra.setActive(ids[4]!, false);
  await entra.rename(ids[0]!, 'King', 'ada.king@acme.example');
  const finance = (await entra.createGroup('Finance')).body;
  const platform = (await entra.createGroup('Platform')).body;
  await entra.addMembers(finance.id, ...ids.slice(0, 5));
  await entra.addMembers(platform.id, ids[1]!, ids[6]!);
  rollcall.cli('group', 'grant', '--account', acme, '--group', 'Finance', '--role', 'auditor');
  rollcall.cli('group', 'grant', '--account', acme, '--group', 'Platform', '--role', 'member');

  const initech = rollcall.cli('account', 'create', '--name', 'Initech');
  const umbrella = rollcall.cli('account', 'create', '--name', 'Umbrella');
  const overfull = await crowd(rollcall, umbrella);
  const billing = await addRole(page, rollcall, acme, 'Billing');
  rollcall.cli('group', 'grant', '--account', acme, '--group', 'Finance', '--role', 'Billing');
  const treasury = (await entra.createGroup('Treasury')).body;
  await entra.addMembers(treasury.id, ids[2]!, ids[3]!);
  rollcall.cli('group', 'grant', '--account', acme, '--group', 'Treasury', '--role', 'auditor');
  await entra.scim.send('DELETE', `/Groups/${treasury.id}`);
  const again = (await entra.createGroup('Treasury')).body;

  const account = `${rollcall.url}/accounts/${acme}`;
  await page.goto(`${account}/groups/${platform.id}/change?change=pause`);
  await page.getByRole('button', { name: 'Pause group' }).click();
  await page.getByText('Paused').first().waitFor();
  const pages: Record<string, string> = {
    accounts: `${rollcall.url}/accounts`,
    overview: account,
    search: `${account}/search?q=a`,
    'search-none': `${account}/search?q=nobody`,
    users: `${account}/users`,
    'users-narrowed': `${account}/users?managed=scim&role=auditor&group=Finance&unseen=7&sort=-changed`,
    'users-none': `${account}/users?q=nobody`,
    'users-empty': `${rollcall.url}/accounts/${initech}/users`,
    'users-overfull': `${rollcall.url}/accounts/${umbrella}/users`,
    'user-overfull': `${rollcall.url}/accounts/${umbrella}/users/${overfull}`,
    'overview-empty': `${rollcall.url}/accounts/${initech}`,
    'overview-overfull': `${rollcall.url}/accounts/${umbrella}`,
    'groups-overfull': `${rollcall.url}/accounts/${umbrella}/groups`,
    'activity-overfull': `${rollcall.url}/accounts/${umbrella}/activity`,
    'activity-empty': `${rollcall.url}/accounts/${initech}/activity`,
    'user-new': `${account}/users/new`,
    user: `${account}/users/${ids[1]}`,
    'user-renamed': `${account}/users/${ids[0]}`,
    groups: `${account}/groups`,
    group: `${account}/groups/${finance.id}`,
    'group-change': `${account}/groups/${finance.id}/change?change=give&of=administrator`,
    'group-paused': `${account}/groups/${platform.id}`,
    'group-deleted': `${account}/groups/${treasury.id}`,
    'group-offer': `${account}/groups/${again.id}`,
    roles: `${account}/roles`,
    role: `${account}/roles/auditor`,
    'role-own': `${account}/roles/${billing}`,
    'role-new': `${account}/roles/new`,
    'role-delete': `${account}/roles/${billing}/delete`,
    activity: `${account}/activity`,
    'activity-narrowed': `${account}/activity?outcome=refused&kind=users&who=tokens&span=day&q=glass`,
    'activity-of-few': `${rollcall.url}/accounts/${globex}/activity`,
    'activity-none': `${account}/activity?q=nobody`,
    'overview-of-few': `${rollcall.url}/accounts/${globex}`,
    identity: `${account}/identity`,
    provisioning: `${account}/identity/provisioning`,
    'token-new': `${account}/identity/provisioning/tokens/new`,
    enable: `${rollcall.url}/accounts/${globex}/identity/provisioning/enable`,
    'users-of-few': `${rollcall.url}/accounts/${globex}/users`,
    'groups-empty': `${rollcall.url}/accounts/${globex}/groups`,
    'not-found': `${rollcall.url}/nowhere`,
  };
  for (const [name, url] of Object.entries(pages)) await picture(page, url, name);
  await picture(page, account, 'palette', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('fi');
    await page.getByRole('dialog').getByRole('link', { name: /^Finance/ }).waitFor();
  });
  const entry = await page.goto(`${account}/activity`).then(() => page.getByRole('link', { name: 'Details' }).first().getAttribute('href'));
  if (entry) await picture(page, new URL(entry, page.url()).href, 'entry');
  await page.goto(`${account}/activity?outcome=refused`);
  const refused = await page.getByRole('link', { name: 'Details' }).first().getAttribute('href');
  if (refused) await picture(page, new URL(refused, page.url()).href, 'entry-refused');
  await page.goto(`${account}/activity?q=Finance`);
  const changed = page.getByRole('row').filter({ hasText: 'changed the group' }).getByRole('link', { name: 'Details' });
  const members = await changed.first().getAttribute('href');
  if (members) await picture(page, new URL(members, page.url()).href, 'entry-members');

  const setup = `${rollcall.url}/accounts/${globex}/identity/provisioning/setup`;
  await page.goto(`${setup}/prepare`);
  await page.getByRole('radio', { name: 'Microsoft Entra ID' }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Usernames').fill('taken@acme.example\nada.lovelace@acme.example\nnew@acme.example');
  await page.getByRole('button', { name: 'Show what would happen' }).click();
  await page.getByRole('list', { name: 'The roll' }).waitFor();
  for (const step of ['prepare', 'preview', 'enable', 'token', 'configure', 'verify']) {
    await picture(page, `${setup}/${step}`, `setup-${step}`);
  }
  await picture(page, `${account}/identity/provisioning/setup/verify`, 'setup-verify-passed');

  const own = `${account}/identity/provisioning/setup`;
  await page.goto(`${own}/prepare`);
  await page.getByRole('radio', { name: 'Microsoft Entra ID' }).check();
  await page.getByText('Provide feedback').click();
  await page.getByLabel('Identity provider', { exact: true }).fill('Zitadel');
  await page.getByLabel('What should we know?').fill('It speaks SCIM 2.0.');
  await page.getByRole('button', { name: 'Send' }).click();
  await chooseEntra(page, own);
  await page.goto(`${own}/configure`);
  await page.getByRole('button', { name: 'Make a link' }).click();
  const link = await page.getByLabel('Link', { exact: true }).inputValue();
  await rollcall.scim(acme, 'rc_wrong', 'Microsoft Entra').send('GET', '/Users');
  await picture(page, link, 'setup-shared');
  await page.goto(`${own}/verify`);
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByText(/was played to the end/).waitFor({ timeout: 60_000 });
  await picture(page, `${own}/verify`, 'setup-simulated');
  await picture(page, `${own}/token`, 'setup-token-two');
  await picture(page, `${own}/prepare`, 'setup-wished');
  await picture(page, `${rollcall.url}/accounts/wishes`, 'wishes');

  const anonymous = await (await browser.newContext()).newPage();
  await picture(anonymous, `${rollcall.url}/sign-in`, 'sign-in');
});
