//! A server that does nothing: the limit that ours is measured beside.

use std::net::TcpListener;

use actix_web::App;
use actix_web::HttpResponse;
use actix_web::HttpServer;
use actix_web::rt::System;
use actix_web::web;
use actix_web::web::Bytes;

use crate::http::problem;
use crate::http::row::Success;

/// Takes in the body of every request, on one thread, and answers with nothing, until the
/// process ends.
///
/// # Errors
///
/// The server's own, if it cannot begin.
pub fn serve(listener: TcpListener) -> std::io::Result<()> {
    System::new().block_on(async {
        let server = HttpServer::new(|| App::new().default_service(web::to(taken)));
        server.workers(1).listen(listener)?.run().await
    })
}

async fn taken(body: Bytes) -> HttpResponse {
    std::hint::black_box(body);
    HttpResponse::build(problem::success(Success::Done)).finish()
}
