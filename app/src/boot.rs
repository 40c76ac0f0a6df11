//! What starts the WebAssembly half. Own instead of Leptos's `HydrationScripts`, which reads files beside the binary
//! and writes the nonce into `crossorigin`, where Firefox drops the preload (leptos issue 4843).

use leptos::nonce::use_nonce;
use leptos::prelude::*;

/// Where this build's assets are: a folder named after their content, so that files which belong together are always
/// loaded together and can be cached for ever.
#[derive(Clone, Debug)]
pub struct AssetRoot(pub String);

/// Loads the module and hydrates the page, and marks the document `data-hydrated` once that is done: until then a control
/// does what it does without script.
///
/// A part that fails to load later (the page is older than the server) is a panic that no code survives: the script
/// then has the browser load the page that was asked for, at most once a minute.
#[component]
pub fn Boot() -> impl IntoView {
    let AssetRoot(root) = expect_context();
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
        <script type="module" nonce=use_nonce()>
            {code}
        </script>
    }
}
