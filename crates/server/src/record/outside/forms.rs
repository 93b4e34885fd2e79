//! The forms of the page of heads: a recipient, and a paper that changed hands.

use super::acts::{self, Paper};
use super::pages::{HeadsQuery, filled};
use crate::house::web::{Answer, Ctx, go_saying};
use crate::settings::sent::{Typed, back, day, refused, text};
use axum::extract::{Form, Path};
use meguri_domain::Refusal;
use meguri_domain::ids::HeadAddressId;
use meguri_domain::outside::{Named, Tongue};
use meguri_domain::people::Act;

const HEADS: &str = "/record/heads";

/// POST /record/heads/addresses
pub async fn name(ctx: Ctx, Form(form): Form<Typed>) -> Answer {
    let done = ctx
        .write(|tx| {
            tx.actor().must_everywhere(Act::KeepHeads)?;
            let hint = ("一覧から選んでください。", "Choose one from the list.");
            let unfit = Refusal::Unfit { field: "tongue", word: ("メールの言語", "Language"), hint };
            let named = Named {
                name: text(&form, "name").to_owned(),
                email: text(&form, "email").to_owned(),
                tongue: Tongue::from_code(text(&form, "tongue")).ok_or(unfit)?,
            };
            tx.call("head_mail");
            acts::name(tx, named)
        })
        .await;
    match done {
        Ok(_) => go_saying(
            HEADS,
            ctx.l.t(
                "送付先を加えました。最新のヘッドを、これから毎日送ります。",
                "Added. The newest head is mailed every day.",
            ),
        ),
        Err(stop) => {
            refused(&filled(&ctx, &HeadsQuery::default(), back(&ctx, stop, ("address", form))?).await?)
        }
    }
}

/// POST /record/heads/addresses/{id}/withdrawal
pub async fn withdraw(ctx: Ctx, Path(id): Path<String>) -> Answer {
    ctx.actor.must_everywhere(Act::KeepHeads)?;
    let id = HeadAddressId::new(id).ok_or(Refusal::NotFound)?;
    ctx.write(|tx| acts::withdraw(tx, &id)).await?;
    go_saying(
        HEADS,
        ctx.l.t(
            "送付をやめました。送付済みのメールは相手の手元に残ります。",
            "Heads are mailed there no more. What was sent stays with the recipient.",
        ),
    )
}

/// POST /record/heads/papers
pub async fn hand_out(ctx: Ctx, Form(form): Form<Typed>) -> Answer {
    let clock = &ctx.app.clock;
    let done = ctx
        .write(|tx| {
            tx.actor().must_everywhere(Act::KeepHeads)?;
            let word = ("紙に印刷された件数", "Entries on the paper");
            let hint = (
                "紙に印刷された件数を、数字で入力してください。",
                "Write the number that stands on the paper.",
            );
            let size = text(&form, "size").replace(',', "");
            let paper = Paper {
                size: size.parse().map_err(|_| Refusal::Unfit { field: "size", word, hint })?,
                to_whom: text(&form, "to_whom").to_owned(),
                on_date: day(&form, "on_date", ("渡した日", "Handed out on"))?,
            };
            tx.call("head_mail");
            acts::hand_out(tx, clock, &paper)
        })
        .await;
    match done {
        Ok(_) => {
            // At once, so that the page says so; if the program dies before, the round does it.
            tokio::task::block_in_place(|| acts::settle(&ctx.app))?;
            go_saying(
                HEADS,
                ctx.l.t("紙で渡したことを記録しました。", "It is recorded that the paper was handed out."),
            )
        }
        Err(stop) => {
            refused(&filled(&ctx, &HeadsQuery::default(), back(&ctx, stop, ("paper", form))?).await?)
        }
    }
}
