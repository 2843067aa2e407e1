"""What keys mean: menus, questions and answers for calls and USSD. Pure."""
