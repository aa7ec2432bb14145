using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Annotator.Formats.Geometry;
using Annotator.Tests.Unit.Inference;
using Annotator.Tests.Unit.Media.Video;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Annotator.Tests.WholeSystem;

/// <summary>A box is drawn on one frame of a clip whose truth is known, and the product follows its object through the others while one looks on.</summary>
[Collection(nameof(LocalSystem))]
public sealed class FollowInBrowser(LocalSystem system) : IAsyncLifetime
{
    private const int Width = 320, Height = 200, Frames = 1201, Turn = MovingScene.Frames;
    private HttpClient _admin = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _admin = await system.AdminAsync();

    public ValueTask DisposeAsync()
    {
        _admin.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_object_is_followed_forward_and_backward_undone_as_one_step_and_what_is_found_outlives_a_stop_and_a_reload()
    {
        var job = await UploadAsync();
        await using var person = new PersonAtBrowser(system.Url, Chromium.PathOrSkip());
        await person.OpenBrowserAsync();
        var page = person.Page;

        // Sixty frames forward.
        await person.OpenJobAsync(job, 0, Width / 2, Height / 2);
        await DrawAsync(person, 0);
        await FollowAsync(page, "60", backward: false);
        await Expect(page.Locator(".toast")).ToContainTextAsync("1 object followed to frame 60.");
        await person.OpenJobAsync(job, 0, Width / 2, Height / 2);
        await person.ListedAsync(1);
        await AssertFollowedAsync(job, 0, 60);

        // The whole of it is one step: the drawn box alone is left, and it can be had again.
        await page.Keyboard.PressAsync("Control+z");
        await UntilAsync("the drawn box alone is left", job, frames => frames is [0]);
        await page.Keyboard.PressAsync("Control+Shift+z");
        await UntilAsync("what was found is there again", job, frames => frames is [.., 60]);
        await AssertFollowedAsync(job, 0, 60);

        // Backward, with a box of its own.
        await person.OpenJobAsync(job, 60, Width / 2, Height / 2);
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.PressAsync("Delete");
        await person.SavedAsync();
        await DrawAsync(person, 60);
        await FollowAsync(page, "50", backward: true);
        await Expect(page.Locator(".toast")).ToContainTextAsync("1 object followed to frame 10.");
        await AssertFollowedAsync(job, 10, 60);

        // To the end, stopped on the way: what was found by then stays.
        await person.OpenJobAsync(job, 60, Width / 2, Height / 2);
        await person.ListedAsync(1);
        await page.Locator(".row").ClickAsync();
        await FollowAsync(page, null, backward: false);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Stop following" }).First).ToBeVisibleAsync();

        // The editor is read anew meanwhile: the following is shown there again, and can be stopped from there.
        await UntilAsync("it is under way", job, frames => frames[^1] > 60);
        await person.OpenJobAsync(job, 60, Width / 2, Height / 2);
        await UntilAsync("a hundred frames are followed", job, frames => frames[^1] >= 100);
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop following" }).First.ClickAsync();
        await Expect(page.Locator(".toast")).ToContainTextAsync("Following was stopped. What was found stays.");
        await person.OpenJobAsync(job, 60, Width / 2, Height / 2);
        await person.ListedAsync(1);
        var reached = Frame((await TracksAsync(job))[0])[^1];
        Assert.InRange(reached, 100, Frames - 2);
        await AssertFollowedAsync(job, 10, reached);
    }

    private static async Task DrawAsync(PersonAtBrowser person, int frame)
    {
        var box = MovingScene.Box(At(frame)).Select(value => (int)Math.Round(value)).ToArray();
        await person.Page.Keyboard.PressAsync("b");
        await person.DragAsync(box[0], box[1], box[2], box[3]);
        await person.Page.Keyboard.PressAsync("Escape");
        await person.ListedAsync(1);
        await person.Page.Locator(".row").ClickAsync();
    }

    private static async Task FollowAsync(IPage page, string? count, bool backward)
    {
        await page.Keyboard.PressAsync("Shift+F");
        var dialog = page.Locator("dialog");
        await dialog.Locator("select[name=direction]").SelectOptionAsync(backward ? "back" : "on");
        if (count is null)
        {
            await dialog.Locator("input[name=all]").CheckAsync();
        }
        else
        {
            await dialog.Locator("input[name=count]").FillAsync(count);
        }

        await dialog.GetByRole(AriaRole.Button, new() { Name = "Follow", Exact = true }).ClickAsync();
    }

    private async Task AssertFollowedAsync(int job, int from, int to)
    {
        var track = Assert.Single(await TracksAsync(job));
        Assert.Equal((from, to), (Frame(track)[0], Frame(track)[^1]));
        Assert.InRange(Frame(track).Count, 2, 2 + ((to - from) / 3));
        var overlaps = Enumerable.Range(from, to - from + 1)
            .Select(frame => Outlines.BoxAround(BoxAt(track, frame)).IntersectionOverUnion(Outlines.BoxAround(MovingScene.Box(At(frame))))).ToList();
        Assert.True(overlaps.Min() > 0.7, $"least overlap {overlaps.Min():0.000}, mean {overlaps.Average():0.000}");
    }

    private static List<int> Frame(JsonElement track) => [.. track.GetProperty("shapes").EnumerateArray().Select(shape => shape.GetProperty("frame").GetInt32())];

    private static double[] BoxAt(JsonElement track, int frame)
    {
        var shapes = track.GetProperty("shapes").EnumerateArray().ToList();
        var left = shapes.FindLastIndex(shape => shape.GetProperty("frame").GetInt32() <= frame);
        var (one, other) = (shapes[left], shapes[Math.Min(left + 1, shapes.Count - 1)]);
        var (from, to) = (one.GetProperty("frame").GetInt32(), other.GetProperty("frame").GetInt32());
        var share = to == from ? 0 : (double)(frame - from) / (to - from);
        return [.. Points(one).Zip(Points(other), (a, b) => a + ((b - a) * share))];

        static IEnumerable<double> Points(JsonElement shape) => shape.GetProperty("points").EnumerateArray().Select(value => value.GetDouble());
    }

    private async Task<List<JsonElement>> TracksAsync(int job)
    {
        var annotations = await _admin.GetFromJsonAsync<JsonElement>($"/api/jobs/{job}/annotations", Cancel);
        return [.. annotations.GetProperty("tracks").EnumerateArray()];
    }

    /// <summary>The server has the one track with keyframes on such frames.</summary>
    private Task UntilAsync(string what, int job, Func<List<int>, bool> holds) =>
        system.WaitAsync(what, async () => holds(Frame((await TracksAsync(job)).Single())));

    /// <summary>The scene goes to its end and back, again and again.</summary>
    private static int At(int frame) => frame % (2 * Turn) is var place && place <= Turn ? place : (2 * Turn) - place;

    private async Task<int> UploadAsync()
    {
        var clip = Path.Join(Path.GetTempPath(), $"annotator-moving-{Guid.CreateVersion7():N}.mp4");
        try
        {
            await MakeClipAsync(clip);
            var task = await JsonAsync(await _admin.PostAsJsonAsync("/api/tasks", new { name = "Moving", labels = new[] { new { name = "patch" } } }, Cancel));
            var id = task.GetProperty("id").GetInt32();
            using var file = new ByteArrayContent(await File.ReadAllBytesAsync(clip, Cancel));
            using var form = new MultipartFormDataContent { { file, "client_files[0]", "moving.mp4" }, { new StringContent("70"), "image_quality" } };
            await JsonAsync(await _admin.PostAsync($"/api/tasks/{id}/data", form, Cancel));
            var job = 0;
            await system.WaitAsync("the clip has a job", async () =>
            {
                var jobs = (await JsonAsync(await _admin.GetAsync($"/api/jobs?task_id={id}", Cancel))).GetProperty("results");
                job = jobs.GetArrayLength() > 0 ? jobs[0].GetProperty("id").GetInt32() : 0;
                return job > 0;
            });
            return job;
        }
        finally
        {
            File.Delete(clip);
        }
    }

    private static async Task MakeClipAsync(string path)
    {
        var scene = new MovingScene(Width, Height);
        var pictures = Enumerable.Range(0, Turn + 1).Select(frame => scene.Frame(frame, turning: false).Pixels).ToList();
        string[] arguments =
        [
            "-y", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", string.Create(CultureInfo.InvariantCulture, $"{Width}x{Height}"), "-r", "30", "-i", "pipe:0",
            "-c:v", "libx264", "-preset", "ultrafast", "-crf", "14", "-g", "30", "-pix_fmt", "yuv420p", "-movflags", "+faststart", path,
        ];
        using var process = Process.Start(new ProcessStartInfo(PaintedVideo.Tools().Ffmpeg, arguments) { RedirectStandardInput = true })!;
        for (var frame = 0; frame < Frames; frame++)
        {
            await process.StandardInput.BaseStream.WriteAsync(pictures[At(frame)], Cancel);
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync(Cancel);
        Assert.Equal(0, process.ExitCode);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
            return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        }
    }
}
