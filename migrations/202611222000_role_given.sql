-- Objects whose rights the standard roles were given. What an object that comes with a later version is worth to them is
-- added at the first start of that version, once: what a company takes away afterwards stays away.
create table role_given (object {text} primary key){clustered};

-- What they always had.
insert into role_given (object) values
    ('contact'), ('company'), ('lead'), ('deal'), ('activity'), ('note'), ('attachment'), ('order'), ('order_line'),
    ('return'), ('ticket'), ('campaign'), ('segment'), ('tag'), ('view'), ('territory'), ('pipeline'), ('stage'),
    ('product'), ('product_line'), ('price_list'), ('price'), ('user'), ('team');
