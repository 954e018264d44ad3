;;; session.el --- a user's session, without a user  -*- lexical-binding: t -*-

;; Usage: emacs -q --batch -l session.el CLIENT CONFIGURATION FILE
;; CLIENT is eglot or lsp-mode. Prints what a user would see, one line each.

(require 'package)
(package-initialize)

;; agda2-mode comes with Agda's own Emacs package; all that matters to a client is that the mode is there.
(define-derived-mode agda2-mode prog-mode "Agda")
(add-to-list 'auto-mode-alist '("\\.agda\\'" . agda2-mode))

(defvar session-client (intern (pop command-line-args-left)))
(defvar session-configuration (pop command-line-args-left))
(defvar session-file (pop command-line-args-left))

(defun session-until (what condition)
  "Wait until the function CONDITION returns non-nil; fail with WHAT was waited for."
  (let ((end (+ (float-time) 60)))
    (while (not (funcall condition))
      (when (> (float-time) end) (error "waited in vain for %s" what))
      (accept-process-output nil 0.05))))

(defun session-say (format &rest values)
  (princ (concat (apply #'format format values) "\n")))

(defun session-diagnostics ()
  "What is marked: (LINE . MESSAGE), in order."
  (sort (if (eq session-client 'eglot)
            (mapcar (lambda (it) (cons (line-number-at-pos (flymake-diagnostic-beg it)) (flymake-diagnostic-text it)))
                    (flymake-diagnostics))
          (mapcar (lambda (it)
                    (cons (1+ (lsp:position-line (lsp:range-start (lsp:diagnostic-range it))))
                          (lsp:diagnostic-message it)))
                  (lsp--get-buffer-diagnostics)))
        (lambda (a b) (< (car a) (car b)))))

(defun session-proved ()
  (seq-count (lambda (it) (string-match-p "Proof found" (cdr it))) (session-diagnostics)))

(defun session-shows (text)
  (save-excursion (goto-char (point-min)) (search-forward text nil t)))

(setq enable-local-variables nil
      make-backup-files nil
      lsp-warn-no-matched-clients nil
      lsp-auto-guess-root t
      lsp-diagnostics-provider :none
      lsp-enable-file-watchers nil
      lsp-restart 'ignore
      lsp-session-file (expand-file-name "lsp-session" temporary-file-directory))
(require session-client)
(load session-configuration nil t)
(find-file session-file)
(if (eq session-client 'eglot)
    (call-interactively #'eglot)
  (lsp))
(session-until "two proofs, and the goal that has none"
               (lambda () (and (= (session-proved) 2)
                               (string-match-p "1 ≡ 2" (cdar (last (session-diagnostics)))))))
(dolist (it (session-diagnostics))
  (session-say "line %d: %s" (car it)
               (replace-regexp-in-string "\\`unsorry \\[[a-z-]+\\]: " "" (car (split-string (cdr it) "\n")))))

;; The menu of proofs: Enter takes the first.
(defun session-first (_prompt choices &rest _)
  (let ((choice (car (all-completions "" choices))))
    (session-say "chosen: %s" (replace-regexp-in-string "[0-9.]+ m?s" "N ms" choice))
    choice))
(setq last-nonmenu-event ?\r) ; the keyboard, not the mouse
(advice-add 'completing-read :override #'session-first)
(goto-char (point-min))
(search-forward "sym p = ")
(if (eq session-client 'eglot)
    (call-interactively #'eglot-code-actions)
  (let ((lsp-auto-execute-action nil))
    (call-interactively #'lsp-execute-code-action)))
(session-until "the fill" (lambda () (not (session-shows "sym p = ?"))))
(session-say "filled: %s" (progn (goto-char (point-min)) (search-forward "sym refl")
                                 (buffer-substring (line-beginning-position) (line-end-position))))
(if (eq session-client 'eglot)
    (call-interactively #'eglot-shutdown)
  (lsp-workspace-shutdown (car (lsp-workspaces))))
(session-say "ended")
(set-buffer-modified-p nil)
(kill-emacs 0)
