Console.WriteLine(Greeting.Text);
