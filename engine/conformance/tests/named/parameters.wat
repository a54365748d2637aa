;; Writes 5 as eight bytes. A block takes a parameter while another value lies below it.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (param i64 i32) (result i64)
    local.get 0
    i64.extend32_s
    local.tee 0
    local.get 1
    loop (param i32) (result i32)
    end
    drop)
  (func (export "_start")
    (i64.store (i32.const 0) (call 1 (i64.const 5) (i32.const 7)))
    (i32.store (i32.const 256) (i32.const 0))
    (i32.store (i32.const 260) (i32.const 8))
    (drop (call 0 (i32.const 1) (i32.const 256) (i32.const 1) (i32.const 264)))))
