// Pictures of Troubleshooting: empty, ordinary, overfull; a comparison with its result.
import { Entra } from '../helpers/entra.ts';
import { connect, test } from '../helpers/test.ts';
import { picture } from './picture.ts';

test('troubleshooting', async ({ rollcall, acme, owner: page }) => {
  test.setTimeout(900_000);
  const at = (account: string) => `${rollcall.url}/accounts/${account}/troubleshooting`;
  const globex = rollcall.cli('account', 'create', '--name', 'Globex');
  rollcall.cli('user', 'create', '--account', globex, '--user-name', 'taken@acme.example');
  await picture(page, at(globex), 'trouble-empty');
  await picture(page, `${at(globex)}/roles`, 'trouble-roles-empty');

  for (const name of ['grace.hopper', 'ada.lovelace', 'katherine.johnson']) {
    rollcall.cli('user', 'create', '--account', acme, '--user-name', `${name}@acme.example`, '--role', 'administrator');
  }
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'glass@acme.example', '--role', 'administrator', '--break-glass');
  const entra = new Entra(connect(rollcall, acme, 'Microsoft Entra'));
  const ids: string[] = [];
  for (const name of ['grace.hopper', 'ada.lovelace', 'katherine.johnson', 'barbara.liskov']) {
    const [given, family] = name.split('.') as [string, string];
    ids.push((await entra.create(`${name}@acme.example`, given, family)).body.id);
  }
  const finance = (await entra.createGroup('Finance')).body.id;
  await entra.addMembers(finance, ...ids);
  rollcall.cli('group', 'grant', '--account', acme, '--group', 'Finance', '--role', 'auditor');
  await picture(page, at(acme), 'trouble');
  await picture(page, `${at(acme)}/roles`, 'trouble-roles');
  await picture(page, `${at(acme)}/roles/remove?grant=${ids[0]}:administrator&grant=${ids[1]}:administrator`, 'trouble-remove');

  await entra.create('taken@acme.example', 'Marie', 'Curie');
  await entra.create('glass@acme.example', 'Break', 'Glass');
  for (const name of ['finance', 'FINANCE']) await entra.createGroup(name);
  await entra.addMembers(finance, '019ab7c5-7d40-7000-8000-000000000000');
  for (let number = 0; number < 12; number++) {
    await entra.createGroup(`A group with a name that is rather long, number ${number}, of the department of naming`);
  }
  await picture(page, at(acme), 'trouble-overfull', () => page.getByText('Message to copy').first().click());
  const rows = ['Group Name,User Login'];
  for (const name of ['ada.lovelace', 'grace.hopper', 'new.person', 'taken']) rows.push(`Finance,${name}@acme.example`);
  for (let number = 0; number < 30; number++) rows.push(`Only in the list ${number},ada.lovelace@acme.example`);
  await picture(page, `${at(acme)}/compare`, 'trouble-compare', async () => {
    await page.getByLabel('Or paste it').fill(rows.join('\n'));
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await page.getByText('The comparison is done.').waitFor();
  });
});
