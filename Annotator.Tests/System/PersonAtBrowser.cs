using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Annotator.Tests.WholeSystem;

/// <summary>A person with a browser whose profile outlives it, so that it can be killed and opened again.</summary>
public sealed partial class PersonAtBrowser(Uri address, string chromium) : IAsyncDisposable
{
    private const int PatienceMilliseconds = 60_000;
    private readonly string _profile = Path.Combine(Path.GetTempPath(), $"annotator-browser-{Guid.CreateVersion7():N}");
    private IPlaywright? _playwright;
    private IBrowserContext? _context;

    public IPage Page { get; private set; } = null!;

    /// <summary>Opens the browser, as it was left.</summary>
    public async Task OpenBrowserAsync()
    {
        SetDefaultExpectTimeout(PatienceMilliseconds);
        _playwright = await Playwright.CreateAsync();
        _context = await _playwright.Chromium.LaunchPersistentContextAsync(_profile, new()
        {
            ExecutablePath = chromium,
            Args = ["--no-sandbox", "--disable-background-networking", "--no-first-run"],
            BaseURL = address.ToString(),
            ViewportSize = new() { Width = 1366, Height = 900 },
            Locale = "en-GB",
        });
        Page = await _context.NewPageAsync();
        Page.SetDefaultTimeout(PatienceMilliseconds);
    }

    /// <summary>Kills the browser with all its processes (SIGKILL): it does nothing more, and no word of it is said to it.</summary>
    public async Task KillBrowserAsync()
    {
        // A running Chromium names itself in its profile, as computer-number.
        var owner = new FileInfo(Path.Combine(_profile, "SingletonLock")).LinkTarget;
        if (owner is not null && int.TryParse(owner.AsSpan(owner.LastIndexOf('-') + 1), out var number))
        {
            using var browser = Process.GetProcessById(number);
            browser.Kill(entireProcessTree: true);
            await browser.WaitForExitAsync();
        }

        _playwright!.Dispose();
        (_context, _playwright) = (null, null);
    }

    /// <summary>Goes to an address of the product; signs in on the way where it is asked for.</summary>
    public async Task GoToAsync(string address)
    {
        await Page.GotoAsync(address);
        if (SignIn().IsMatch(Page.Url))
        {
            await Page.GetByLabel("User name or e-mail address").FillAsync(LocalSystem.AdminName);
            await Page.GetByLabel("Password").FillAsync(LocalSystem.AdminPassword);
            await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
            await Page.WaitForURLAsync(url => !SignIn().IsMatch(url));
        }
    }

    /// <summary>Goes to a page and waits until it answers: what is done before that is lost.</summary>
    public async Task GoToPageAsync(string address)
    {
        await GoToAsync(address);
        await Expect(Page.Locator(".shell[data-interactive]")).ToBeVisibleAsync();
    }

    /// <summary>Opens a job at a frame, the image point given in the middle, one pixel of the image as one of the page.</summary>
    public async Task OpenJobAsync(int job, int frame, int x, int y)
    {
        // An address that differs in its query only would otherwise be the same page.
        await GoToAsync($"/jobs/{job}?f={frame}&v={x},{y},1");
        await InEditorAsync(frame);
        (_centreX, _centreY) = (x, y);
    }

    /// <summary>Waits until the editor shows the frame and takes keys.</summary>
    public async Task InEditorAsync(int frame)
    {
        await Expect(Page.Locator(".foot")).ToContainTextAsync($"Frame {frame + 1} of");
        await Page.WaitForFunctionAsync("() => document.querySelector('.foot [data-save]') && !document.querySelector('#editor[aria-busy]') && !document.querySelector('.cover .loading')");
    }

    private int _centreX;
    private int _centreY;

    public async Task DragAsync(int fromX, int fromY, int toX, int toY)
    {
        await MoveAsync(fromX, fromY);
        await Page.Mouse.DownAsync();
        await MoveAsync((fromX + toX) / 2, (fromY + toY) / 2);
        await MoveAsync(toX, toY);
        await Page.Mouse.UpAsync();
    }

    /// <summary>Clicks points of the image (x, y, x, y …) one after the other.</summary>
    public async Task ClickAsync(params int[] points)
    {
        foreach (var point in points.Chunk(2))
        {
            await MoveAsync(point[0], point[1]);
            await Page.Mouse.DownAsync();
            await Page.Mouse.UpAsync();
        }
    }

    /// <summary>So many objects are in the list of the frame.</summary>
    public Task ListedAsync(int count) => Expect(Page.Locator(".row")).ToHaveCountAsync(count);

    /// <summary>The server has everything.</summary>
    public async Task SavedAsync()
    {
        await Page.Keyboard.PressAsync("Control+s");
        await Expect(Page.Locator(".foot [data-save=saved]")).ToBeVisibleAsync();
    }

    /// <summary>What was done is in the browser's journal, or with the server already.</summary>
    public Task CommittedAsync() => Page.WaitForFunctionAsync(
        """
        () => document.querySelector('.foot [data-save=saved]') !== null || new Promise(answer => {
          const opening = indexedDB.open('annotator-journal');
          opening.onsuccess = () => {
            const counting = opening.result.transaction('entries').objectStore('entries').count();
            counting.onsuccess = () => { opening.result.close(); answer(counting.result > 0); };
          };
        })
        """);

    /// <summary>The newest request on the page of requests, which the person is on its way to; it is waited for until it says the words.</summary>
    /// <remarks>Not counted: a page of the list has 25 rows, and what comes in moves the oldest to the next.</remarks>
    public async Task<ILocator> RequestedAsync(params string[] words)
    {
        await Page.WaitForURLAsync("**/requests");
        var latest = Page.Locator("article.request").First;
        foreach (var word in words)
        {
            await Expect(latest).ToContainTextAsync(word);
        }

        return latest;
    }

    /// <summary>Drops files on the page of models and waits until the server knows what they are.</summary>
    /// <returns>The model's number.</returns>
    public async Task<int> DropModelAsync(params (string Name, byte[] Content)[] files)
    {
        await GoToPageAsync("/models");
        var input = Page.Locator(".drop input[type=file]");
        await Expect(input).ToBeEnabledAsync();
        await input.SetInputFilesAsync(files.Select(file => new FilePayload { Name = file.Name, MimeType = "application/octet-stream", Buffer = file.Content }));
        await Page.WaitForURLAsync(Model());
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "What it is" })).ToBeVisibleAsync();
        return int.Parse(Page.Url.Split('/')[^1], CultureInfo.InvariantCulture);
    }

    /// <summary>Starts the run that the page of automatic annotation is set to, and waits on the page of requests until it is over.</summary>
    /// <returns>Its request.</returns>
    public async Task<ILocator> RunModelAsync()
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();
        return await RequestedAsync("Auto-annotate", "Finished");
    }

    /// <summary>Asks for the file on the task's page, waits for it on the page of requests, and takes it from there.</summary>
    /// <param name="before">Is done before the file is asked for.</param>
    /// <param name="after">Is done when it has been asked for.</param>
    /// <returns>Where the file lies; the caller deletes it.</returns>
    public async Task<string> ExportAsync(int task, string format, Func<Task>? before = null, Func<Task>? after = null)
    {
        await GoToPageAsync($"/tasks/{task}?tab=annotations");
        await Page.Locator("form", new() { HasText = "Images" }).GetByLabel("Format").SelectOptionAsync(format);
        await (before?.Invoke() ?? Task.CompletedTask);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Export", Exact = true }).ClickAsync();
        await (after?.Invoke() ?? Task.CompletedTask);

        var request = await RequestedAsync(format);
        var link = request.GetByRole(AriaRole.Link, new() { Name = "Download" });
        await Expect(link).ToBeVisibleAsync();
        var download = await Page.RunAndWaitForDownloadAsync(() => link.ClickAsync());
        var path = Path.Combine(Path.GetTempPath(), $"annotator-{Guid.CreateVersion7():N}.zip");
        await download.SaveAsAsync(path);
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        if (_context is not null)
        {
            await KillBrowserAsync();
        }

        if (Directory.Exists(_profile))
        {
            Directory.Delete(_profile, recursive: true);
        }
    }

    private async Task MoveAsync(int x, int y)
    {
        var stage = (await Page.Locator(".stage").BoundingBoxAsync())!;
        await Page.Mouse.MoveAsync(stage.X + (stage.Width / 2) + x - _centreX, stage.Y + (stage.Height / 2) + y - _centreY);
    }

    [GeneratedRegex("/models/\\d+$")]
    private static partial Regex Model();

    [GeneratedRegex("/sign-in")]
    private static partial Regex SignIn();
}
