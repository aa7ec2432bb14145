using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Annotator.Tests.WholeSystem.Pages;

/// <summary>What a newcomer does on the pages beside the main job, and what they must never meet.</summary>
[Collection(nameof(LocalSystem))]
public sealed class PagesInBrowser(LocalSystem system)
{
    private static readonly string Axe = Path.Combine(Checkout.Root, "node_modules", "axe-core", "axe.min.js");

    [Fact]
    public async Task The_sample_project_is_the_newcomers_to_continue_and_no_page_shuts_anybody_out()
    {
        await using var person = new PersonAtBrowser(system.Url, Chromium.PathOrSkip());
        await person.OpenBrowserAsync();
        await person.GoToAsync("/");
        await person.GoToPageAsync("/projects");
        await person.Page.GetByRole(AriaRole.Button, new() { Name = "Create sample project" }).ClickAsync();
        var open = person.Page.GetByRole(AriaRole.Link, new() { Name = "Open job" });
        await Expect(open).ToBeVisibleAsync();
        var (project, job) = (new Uri(person.Page.Url).AbsolutePath, await open.GetAttributeAsync("href"));

        await person.GoToPageAsync("/");
        await Expect(person.Page.GetByRole(AriaRole.Region, new() { Name = "Continue" }).Locator($"a[href='{job}']")).ToBeVisibleAsync();

        string[] pages =
        [
            "/", "/projects", project, $"{project}?tab=labels", $"{project}?tab=settings", "/projects/new", "/tasks", "/tasks/new", "/jobs", "/requests",
            "/profile", "/administration", "/tasks/999999",
        ];
        var problems = new List<string>();
        foreach (var page in pages)
        {
            await person.GoToPageAsync(page);
            await Expect(person.Page.Locator("h1")).ToBeVisibleAsync();
            await Expect(person.Page.Locator(".skeleton")).ToHaveCountAsync(0);
            problems.AddRange(await CheckAsync(person.Page));
        }

        await person.OpenJobAsync(int.Parse(job!.Split('/')[^1], CultureInfo.InvariantCulture), 0, 200, 200);
        problems.AddRange(await CheckAsync(person.Page));
        Assert.Empty(problems);
    }

    [Fact]
    public async Task Every_tab_of_a_page_opens_by_a_click_however_often_and_in_whatever_order()
    {
        await using var person = new PersonAtBrowser(system.Url, Chromium.PathOrSkip());
        await person.OpenBrowserAsync();
        await person.GoToAsync("/");
        await person.GoToPageAsync("/projects");
        await person.Page.GetByRole(AriaRole.Button, new() { Name = "Create sample project" }).ClickAsync();
        await Expect(person.Page.GetByRole(AriaRole.Link, new() { Name = "Open job" })).ToBeVisibleAsync();
        var project = new Uri(person.Page.Url).AbsolutePath;
        var task = await person.Page.Locator("main table a[href^='/tasks/']").First.GetAttributeAsync("href");
        var broken = new List<string>();
        person.Page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                broken.Add($"{person.Page.Url}: {message.Text}");
            }
        };

        foreach (var page in new[] { project, task! })
        {
            await person.GoToPageAsync(page);
            var tabs = person.Page.Locator("nav.tabs a");
            await Expect(tabs.First).ToBeVisibleAsync();
            var count = await tabs.CountAsync();

            // There and back: each part comes after each of its neighbours.
            foreach (var tab in Enumerable.Range(0, count).Concat(Enumerable.Range(0, count).Reverse()))
            {
                await tabs.Nth(tab).ClickAsync();
                await Expect(tabs.Nth(tab)).ToHaveAttributeAsync("aria-current", "page");
                await Expect(person.Page.Locator(".skeleton")).ToHaveCountAsync(0);
            }
        }

        Assert.Empty(broken);
    }

    [Fact]
    public async Task An_upload_that_broke_off_goes_on_in_another_browser_when_the_same_photos_are_dropped_and_names_what_is_no_photo()
    {
        using var photos = new SamplePhotos();
        var note = Path.Combine(Path.GetDirectoryName(photos.Paths[^1])!, "note.jpg");
        await using var person = new PersonAtBrowser(system.Url, Chromium.PathOrSkip());
        await person.OpenBrowserAsync();
        await person.GoToAsync("/");
        await person.GoToPageAsync("/tasks/new");
        await person.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Broken off");
        await person.Page.GetByLabel("New label").FillAsync("thing");
        await person.Page.GetByRole(AriaRole.Button, new() { Name = "Create without files" }).ClickAsync();
        await person.Page.WaitForURLAsync(url => url.Contains("/tasks/", StringComparison.Ordinal) && !url.EndsWith("/new", StringComparison.Ordinal));
        var task = new Uri(person.Page.Url).AbsolutePath;

        // Another browser brought one photo whole, and was then closed for good.
        await person.Page.EvaluateAsync(
            """
            async ([task, name, text]) => {
              const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
              const token = decodeURIComponent(document.cookie.match(/csrftoken=([^;]+)/)[1]);
              const common = { 'Tus-Resumable': '1.0.0', 'X-CSRFToken': token };
              const made = await fetch(`/api${task}/data/`, { method: 'POST', headers: { ...common, 'Upload-Length': bytes.length, 'Upload-Metadata': `filename ${btoa(name)}` } });
              await fetch(new URL(made.headers.get('Location')).pathname, { method: 'PATCH', body: bytes, headers: { ...common, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' } });
            }
            """,
            new[] { task, Path.GetFileName(photos.Paths[0]), Convert.ToBase64String(await File.ReadAllBytesAsync(photos.Paths[0], TestContext.Current.CancellationToken)) });
        var sentAgain = 0;
        person.Page.Request += (_, request) => sentAgain += request.Method == "PATCH" ? 1 : 0;
        await File.WriteAllTextAsync(note, "no photo", TestContext.Current.CancellationToken);
        await person.GoToPageAsync(task);
        var files = person.Page.Locator("[data-pick=files]");
        await Expect(files).ToBeEnabledAsync();
        await files.SetInputFilesAsync([.. photos.Paths, note]);
        await person.Page.GetByRole(AriaRole.Button, new() { Name = "Upload", Exact = true }).ClickAsync();

        await Expect(person.Page.GetByRole(AriaRole.Link, new() { Name = "Open job" })).ToBeVisibleAsync();
        await Expect(person.Page.Locator("main .alert")).ToContainTextAsync("note.jpg");
        Assert.Equal(photos.Paths.Count, sentAgain);
        File.Delete(note);
    }

    private static async Task<IReadOnlyList<string>> CheckAsync(IPage page)
    {
        await page.EvaluateAsync(await File.ReadAllTextAsync(Axe, TestContext.Current.CancellationToken));
        var found = await page.EvaluateAsync<JsonElement>("async () => (await axe.run(document, { resultTypes: ['violations'] })).violations");
        return [.. found.EnumerateArray().Select(violation =>
            $"{new Uri(page.Url).PathAndQuery}: {violation.GetProperty("id").GetString()} at {violation.GetProperty("nodes")[0].GetProperty("html").GetString()}")];
    }
}
