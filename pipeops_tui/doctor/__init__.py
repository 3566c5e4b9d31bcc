"""Why PipeOps refuses five values: they go in as they were pasted, findings come out. Pure.

five_values.py         the five values, and what is wrong with the form of one
pasted.py              reads them from any text; `paste_cleaning.py` takes off what is around them, `paste_layout.py`
                       and `paste_documents.py` find names with values, `paste_prose.py` does inside sentences,
                       `value_names.py` knows what people call them, `value_forms.py` what each looks like
finding.py             a finding, its code, and the verdict
form_findings.py       what can be told without a network
examining.py           what is asked of Azure, first without an account, then as the application
                       (`access_examining.py`); `id_order.py` finds out which GUID is which
question.py            how far each question is, for a screen
sign_in_findings.py    what the answers mean, in words; the same for the access in `access_findings.py`
cures.py               what can be done about what was found
persons_account.py     doctor in a journey: the examination, and the person's own account
"""
