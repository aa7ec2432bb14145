using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Annotator.Tests.Unit.Inference;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Annotator.Tests.WholeSystem;

/// <summary>From a model's run over the queue of what to look at next and the judging in the editor to the report of what it was worth.</summary>
[Collection(nameof(LocalSystem))]
public sealed class SuggestionsInBrowser(LocalSystem system)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_model_suggests_waits_in_the_queue_is_judged_by_keys_and_counted_in_its_report()
    {
        await using var person = new PersonAtBrowser(system.Url, Chromium.PathOrSkip());
        await person.OpenBrowserAsync();
        var page = person.Page;
        var (task, _) = await SampleTask.MakeAsync(system);
        var model = await DropAsync(person);

        await person.GoToPageAsync($"/tasks/{task}?tab=next");
        await Expect(page.GetByText("No model has looked at these frames")).ToBeVisibleAsync();
        var request = await RunAsync(person, task);

        // The list of requests leads to what it was least sure of; the frame opens in the editor.
        await request.GetByRole(AriaRole.Link, new() { Name = "Review" }).ClickAsync();
        await Expect(page.GetByText("2 frames wait")).ToBeVisibleAsync();
        await Expect(page.Locator(".strip li")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Link, new() { Name = "Frame 2" }).ClickAsync();
        await person.InEditorAsync(1);
        var here = page.GetByRole(AriaRole.Toolbar, new() { Name = "Suggestions of a model" });
        await Expect(here).ToContainTextAsync("3 suggestions here, 6 in the job");

        // The surest is accepted, the next one moved, the third rejected.
        await page.Keyboard.PressAsync("a");
        await Expect(page.Locator(".row[aria-selected=true]")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("a");
        await Expect(here).ToContainTextAsync("2 suggestions here");
        await page.Keyboard.PressAsync("Shift+ArrowRight");
        await Expect(here).ToContainTextAsync("1 suggestion here");
        await page.Keyboard.PressAsync("'");
        await page.Keyboard.PressAsync("i");
        await Expect(page.GetByText("No suggestion is left on this frame, 3 in the job").First).ToBeVisibleAsync();
        await person.SavedAsync();

        // What each took is sent when the editor is left.
        await person.GoToPageAsync("/models");
        using var admin = await system.AdminAsync();
        await system.WaitAsync("the server knows how each was judged", async () =>
        {
            var rows = (await admin.GetFromJsonAsync<JsonElement>($"/api/models/{model}/assistance", Cancel)).GetProperty("labels");
            return rows.GetArrayLength() == 1 && new[] { "accepted", "edited", "rejected" }.All(outcome => rows[0].GetProperty(outcome).GetInt32() == 1);
        });
        await person.GoToPageAsync($"/models/{model}");
        var report = page.GetByRole(AriaRole.Region, new() { Name = "Does it save time?" }).Locator("tbody tr");
        await Expect(report).ToHaveCountAsync(1);
        await Expect(report.Locator("[data-label=Label]")).ToHaveTextAsync("thing");
        foreach (var outcome in new[] { "Accepted", "Edited", "Rejected" })
        {
            await Expect(report.Locator($"[data-label={outcome}]")).ToHaveTextAsync("1");
        }

        // One object of two was moved by ten pixels of sixty-four.
        await Expect(report.Locator("[data-label='Mean IoU']")).ToHaveTextAsync(new Regex("^0[.,]8"));
        await Expect(report.Locator("[data-label=Verdict]")).ToContainTextAsync("too little is known");

        // The other frame still waits, and this one does not.
        await person.GoToPageAsync($"/tasks/{task}?tab=next");
        await Expect(page.GetByText("1 frame waits")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Frames_are_compared_without_a_model_and_the_most_different_one_opens_first()
    {
        await using var person = new PersonAtBrowser(system.Url, Chromium.PathOrSkip());
        await person.OpenBrowserAsync();
        var page = person.Page;
        var (task, _) = await SampleTask.MakeAsync(system);
        using (var admin = await system.AdminAsync())
        {
            (await admin.DeleteAsync($"/api/tasks/{task}/annotations", Cancel)).EnsureSuccessStatusCode();
        }

        await ByDifferenceAsync(person, task);
        await Expect(page.GetByText("The frames were not compared yet.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Compare the frames" }).ClickAsync();
        await person.RequestedAsync("Find what to label next", "Finished");

        await ByDifferenceAsync(person, task);
        await Expect(page.GetByText("5 frames wait")).ToBeVisibleAsync();
        await Expect(page.GetByText("No two frames look alike.")).ToBeVisibleAsync();
        var frames = (await page.Locator(".strip span").AllInnerTextsAsync()).Select(text => int.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal([1, 2, 3, 4, 5], frames.Order());
        await page.Locator(".strip a").First.ClickAsync();
        await person.InEditorAsync(frames[0] - 1);
    }

    private static async Task ByDifferenceAsync(PersonAtBrowser person, int task)
    {
        await person.GoToPageAsync($"/tasks/{task}?tab=next");
        await person.Page.GetByLabel("Order", new() { Exact = true }).SelectOptionAsync("diversity");
    }

    /// <summary>Drops a detector that finds three things on every picture, and is surer of one than of the next.</summary>
    private static async Task<int> DropAsync(PersonAtBrowser person)
    {
        var graph = Golden.Graph()
            .Constant("output0", Golden.Columns(Golden.Places, 5, (3, [12, 12, 8, 8, 0.9f]), (4, [32, 12, 8, 8, 0.6f]), (5, [52, 12, 8, 8, 0.4f])), 1, 5, Golden.Places)
            .Metadata("task", "detect").Metadata("names", "{0: 'thing'}");
        var model = await person.DropModelAsync(("three.onnx", graph.ToBytes()));
        await Expect(person.Page.GetByText("Ready", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(person.Page.GetByText("Nobody has judged its suggestions yet")).ToBeVisibleAsync();
        return model;
    }

    /// <summary>Runs it over the first two frames, with a new label for what it finds.</summary>
    private static async Task<ILocator> RunAsync(PersonAtBrowser person, int task)
    {
        var page = person.Page;
        await person.GoToPageAsync($"/tasks/{task}/auto-annotate");
        await page.GetByLabel("Model", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "three" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a new label “thing”" }).ClickAsync();
        await page.GetByLabel("Frames", new() { Exact = true }).FillAsync("1-2");
        return await person.RunModelAsync();
    }
}
