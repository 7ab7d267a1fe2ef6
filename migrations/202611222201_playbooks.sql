-- Which steps of playbooks were planned for which deal: each once, however often it comes back to a stage.
create table playbook_planned (deal {id} not null, step {id} not null, primary key (deal, step)){clustered};
