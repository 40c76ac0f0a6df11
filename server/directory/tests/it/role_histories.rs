//! Whatever happens, in whatever order: roles in effect, and why, are what a plain model of the rules says, and what a
//! change of a group was said to do is what it does.

mod world;

use proptest::prelude::*;

use self::world::World;

const PEOPLE: usize = 3;
const GROUPS: usize = 3;

/// How each history begins, so that most of what follows finds somebody and something to act on.
const BEGINNING: [Step; 9] = [
    Step::CreateUser(0),
    Step::CreateUser(1),
    Step::AddManual(2),
    Step::CreateGroup(0),
    Step::CreateGroup(1),
    Step::CreateGroup(2),
    Step::Join(0, 0),
    Step::Join(1, 1),
    Step::AddRole,
];

/// Steps from one look at everything to the next.
const LOOK: usize = 6;

/// One thing that an identity provider or a person does; the numbers choose among those there are.
#[derive(Debug, Clone)]
enum Step {
    AddManual(usize),
    CreateUser(usize),
    SetActive(usize, bool),
    DeleteUser(usize),
    CreateGroup(usize),
    RenameGroup(usize),
    DeleteGroup(usize),
    Join(usize, usize),
    Leave(usize, usize),
    Nest(usize, usize),
    Unnest(usize, usize),
    GiveDirect(usize, usize),
    TakeDirect(usize, usize),
    Give(usize, usize),
    Take(usize, usize),
    Pause(usize),
    Resume(usize),
    AddRole,
    DeleteRole(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let (person, group, role) = (0..PEOPLE, 0..GROUPS, 0..5_usize);
    prop_oneof![
        2 => person.clone().prop_map(Step::AddManual),
        3 => person.clone().prop_map(Step::CreateUser),
        1 => (person.clone(), any::<bool>()).prop_map(|(person, active)| Step::SetActive(person, active)),
        1 => person.clone().prop_map(Step::DeleteUser),
        4 => group.clone().prop_map(Step::CreateGroup),
        1 => group.clone().prop_map(Step::RenameGroup),
        1 => group.clone().prop_map(Step::DeleteGroup),
        5 => (group.clone(), person.clone()).prop_map(|(group, person)| Step::Join(group, person)),
        1 => (group.clone(), person.clone()).prop_map(|(group, person)| Step::Leave(group, person)),
        4 => (group.clone(), group.clone()).prop_map(|(group, child)| Step::Nest(group, child)),
        1 => (group.clone(), group.clone()).prop_map(|(group, child)| Step::Unnest(group, child)),
        2 => (person.clone(), role.clone()).prop_map(|(person, role)| Step::GiveDirect(person, role)),
        1 => (person, role.clone()).prop_map(|(person, role)| Step::TakeDirect(person, role)),
        6 => (group.clone(), role.clone()).prop_map(|(group, role)| Step::Give(group, role)),
        2 => (group.clone(), role.clone()).prop_map(|(group, role)| Step::Take(group, role)),
        2 => group.clone().prop_map(Step::Pause),
        1 => group.prop_map(Step::Resume),
        1 => Just(Step::AddRole),
        1 => role.prop_map(Step::DeleteRole),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn roles_and_their_origin_are_what_the_rules_say(steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut world = World::new().await;
            for step in &BEGINNING {
                world.run(step).await;
            }
            for some in steps.chunks(LOOK) {
                for step in some {
                    world.run(step).await;
                }
                world.check().await;
            }
        });
    }
}
