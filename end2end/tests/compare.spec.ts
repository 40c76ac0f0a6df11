// Groups differ: the comparison in the browser, and that nothing of the list leaves it.
import { Entra } from '../helpers/entra.ts';
import { Okta } from '../helpers/okta.ts';
import { connect, expect, test } from '../helpers/test.ts';

test('groups and members that differ are found with their reasons, and nothing pasted goes out', async ({ rollcall, acme, owner: page }) => {
  const globex = rollcall.cli('account', 'create', '--name', 'Globex');
  rollcall.cli('user', 'create', '--account', globex, '--user-name', 'taken@acme.test');
  const okta = new Okta(connect(rollcall, acme, 'Okta SCIM Client 1.0.0'));
  const ada = (await okta.create('ada@acme.test', 'Ada', 'Lovelace')).body;
  const donald = (await okta.create('donald@acme.test', 'Donald', 'Knuth')).body;
  await okta.create('taken@acme.test', 'Tim', 'Taken');
  const finance = (await okta.pushGroup('Finance')).body;
  await okta.changeMembers(finance.id, 'Finance', [
    { value: ada.id, display: 'ada@acme.test' },
    { value: donald.id, display: 'donald@acme.test' },
  ]);
  await okta.pushGroup('Old');

  await page.goto(`${rollcall.url}/accounts/${acme}/troubleshooting`);
  await page.getByRole('link', { name: 'Compare with a list' }).click();
  await expect(page.getByText('Nothing of it is uploaded.')).toBeVisible();
  const sent: string[] = [];
  page.on('request', (request) => sent.push(`${decodeURIComponent(request.url())} ${decodeURIComponent(request.postData() ?? '')}`));
  await page.getByLabel('Or paste it').fill(
    'Group Name,User Login\nfinance,Ada@acme.test\nFinance,taken@acme.test\nFinance,secretly-pasted@acme.test\nMoonshot-Secret,ada@acme.test\n',
  );
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(page.getByText('The comparison is done.')).toBeVisible();

  await expect(page.getByRole('table', { name: /only in Okta/ })).toContainText('Moonshot-Secret');
  await expect(page.getByRole('table', { name: 'only here' })).toContainText('Old');
  const members = page.getByRole('table', { name: 'Finance' });
  await expect(members.getByRole('row', { name: /secretly-pasted/ })).toContainText('The user is not here');
  await expect(members.getByRole('row', { name: /taken@acme.test/ })).toContainText('Refused:');
  await expect(members.getByRole('row', { name: /donald@acme.test/ })).toContainText('only here');
  await expect(members.getByRole('row', { name: /ada@acme.test/i })).toHaveCount(0);

  expect(sent.length).toBeGreaterThan(2);
  for (const name of ['secretly-pasted', 'Moonshot', 'taken@', 'Ada@']) {
    expect(sent.filter((request) => request.includes(name))).toEqual([]);
  }
});

test('a renamed group is found by its object id, from a file of Entra', async ({ rollcall, acme, owner: page }) => {
  const entra = new Entra(connect(rollcall, acme, 'Microsoft Entra'));
  await entra.createGroup('Platform');
  await page.goto(`${rollcall.url}/accounts/${acme}/troubleshooting/compare`);
  await page.getByLabel('File').setInputFiles({
    name: 'groups.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('id,displayName,groupType,mail\nobject-Platform,Engineering,Security,eng@acme.test\n'),
  });
  await expect(page.getByText('groups.csv was read')).toBeVisible();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  const renamed = page.getByRole('table', { name: /another name/ });
  await expect(renamed).toContainText('Engineering');
  await expect(renamed).toContainText('Platform');
  await entra.renameGroup((await entra.findGroup('Platform')).body.Resources[0].id, 'Engineering');
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(page.getByText('Nothing differs.')).toBeVisible();
});

test('a list without groups says what is missing', async ({ rollcall, acme, owner: page }) => {
  await page.goto(`${rollcall.url}/accounts/${acme}/troubleshooting/compare`);
  await page.getByLabel('Or paste it').fill('userPrincipalName\nada@acme.test');
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('whose members they are');
  await page.getByRole('textbox', { name: 'Group', exact: true }).fill('Finance');
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(page.getByRole('table', { name: /only in/ })).toContainText('Finance');
});

test('ten thousand groups with fifty thousand members do not hold up the page', async ({ rollcall, acme, owner: page }) => {
  await page.goto(`${rollcall.url}/accounts/${acme}/troubleshooting/compare`);
  const rows = ['group,username'];
  for (let group = 0; group < 10_000; group++) {
    for (let member = 0; member < 5; member++) rows.push(`Group ${group},user-${group}-${member}@acme.test`);
  }
  await page.getByLabel('File').setInputFiles({ name: 'all.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.join('\n')) });
  await expect(page.getByText('all.csv was read')).toBeVisible();
  await page.evaluate(() => {
    const state = window as unknown as { longest: number };
    state.longest = 0;
    let last = performance.now();
    setInterval(() => {
      const now = performance.now();
      state.longest = Math.max(state.longest, now - last);
      last = now;
    }, 10);
  });
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(page.getByText('The comparison is done.')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('10,000 groups are only in')).toBeVisible();
  const longest = await page.evaluate(() => (window as unknown as { longest: number }).longest);
  expect(longest, 'milliseconds without an answer').toBeLessThan(1_000);
});
