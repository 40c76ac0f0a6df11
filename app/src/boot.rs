//! What starts the WebAssembly half. Own instead of Leptos's `HydrationScripts`, which reads files beside the binary
//! and writes the nonce into `crossorigin`, where Firefox drops the preload (leptos issue 4843).

use leptos::nonce::use_nonce;
use leptos::prelude::*;

/// This build's assets.
#[derive(Clone, Debug)]
pub struct Assets {
    /// Where they are: a folder named after their content, so that files which belong together are always loaded together
    /// and can be cached for ever.
    pub root: String,
    /// The file with the small parts of the WebAssembly, which every page needs some of; none in a development build.
    pub parts: Option<&'static str>,
}

/// Loads the module and hydrates the page, and marks the document `data-hydrated` once that is done: until then a control
/// does what it does without script.
///
/// A part that fails to load later (the page is older than the server) is a panic that no code survives: the script
/// then has the browser load the page that was asked for, at most once a minute.
#[component]
pub fn Boot() -> impl IntoView {
    let Assets { root, parts } = expect_context();
    let parts = parts.map(|parts| {
        let href = format!("{root}/{parts}");
        view! { <link rel="preload" href=href r#as="fetch" crossorigin="anonymous" /> }
    });
    let script = format!("{root}/rollcall.js");
    let module = format!("{root}/rollcall.wasm");
    let code = format!(
        "import start,{{hydrate}} from '{script}';\
         let asked;\
         addEventListener('click',e=>{{asked=e.target.closest?.('a[href^=\"/accounts\"]')?.href}},true);\
         addEventListener('error',e=>{{\
         if(!(e.error instanceof WebAssembly.RuntimeError))return;\
         const k='rollcall-reloaded',t=Date.now();\
         if(t-Number(sessionStorage.getItem(k))>60000){{\
         sessionStorage.setItem(k,t);\
         if(asked&&asked!==location.href)location.assign(asked);else location.reload()\
         }}\
         }});\
         start({{module_or_path:'{module}'}}).then(()=>hydrate())\
         .then(()=>document.documentElement.dataset.hydrated='');"
    );
    view! {
        <link rel="modulepreload" href=script />
        <link rel="preload" href=module r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
        {parts}
        <script type="module" nonce=use_nonce()>
            {code}
        </script>
    }
}
