using Annotator.Tests.Unit.Media.Video;
using static Microsoft.Playwright.Assertions;

namespace Annotator.Tests.WholeSystem;

/// <summary>
/// Videos whose every frame has its number painted on it, in the editor of a real browser: the frame that the page names is the frame
/// on the screen, however one gets there.
/// </summary>
[Collection(nameof(LocalSystem))]
public sealed class VideoInBrowser(LocalSystem system)
{
    private const int Frames = 300;

    /// <summary>
    /// Goes to frames by the slider and answers those whose painted number is another one. The picture is shown pixel by
    /// pixel, its middle in the middle of the canvas.
    /// </summary>
    private const string Seek = """
        async (frames) => {
          const slider = document.querySelector('.strip input[type=range]');
          const canvas = document.querySelector('.stage canvas');
          const painted = () => {
            const pixels = canvas.getContext('2d');
            let number = 0;
            for (let bit = 0; bit < 16; bit++) {
              const [x, y] = [canvas.width / 2 + bit * 20 + 10 - 160, canvas.height / 2 + 10 - 120];
              number |= pixels.getImageData(x, y, 1, 1).data[0] > 128 ? 1 << bit : 0;
            }
            return number;
          };
          const painting = () => new Promise((done) => requestAnimationFrame(done));
          const wrong = [];
          for (const frame of frames) {
            slider.value = String(frame);
            slider.dispatchEvent(new Event('input', { bubbles: true }));
            const began = performance.now();
            while (!document.querySelector('.foot').textContent.includes(`Frame ${frame + 1} of`) || document.querySelector('.cover .loading')) {
              if (performance.now() - began > 30000) return [...wrong, `frame ${frame} never came`];
              await painting();
            }
            await painting();
            await painting();
            if (painted() !== frame) wrong.push(`frame ${frame} shows ${painted()}`);
          }
          return wrong;
        }
        """;

    /// <summary>A decoder that does not take the packets of frames 24 to 35.</summary>
    private const string Failing = """
        {
          const Whole = self.VideoDecoder;
          self.VideoDecoder = class extends Whole {
            decode(packet) {
              if (packet.timestamp >= 24 && packet.timestamp < 36) throw new DOMException('The packet is broken.', 'DataError');
              super.decode(packet);
            }
          };
        }
        """;

    /// <summary>Mean red, green and blue, 0 to 255, of a grid of places on the picture, which is shown pixel by pixel.</summary>
    private const string Colours = """
        () => {
          const canvas = document.querySelector('.stage canvas');
          const context = canvas.getContext('2d');
          const found = [];
          for (let y = 40; y < 230; y += 38) {
            for (let x = 20; x < 310; x += 58) {
              const { data } = context.getImageData(canvas.width / 2 + x - 160 - 3, canvas.height / 2 + y - 120 - 3, 7, 7);
              for (let part = 0; part < 3; part++) {
                let sum = 0;
                for (let at = part; at < data.length; at += 4) sum += data[at];
                found.push(Math.round(sum / 49));
              }
            }
          }
          return found;
        }
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("proxy", "crossing.avi", "-c:v", "mpeg4", "-q:v", "3", "-bf", "2", "-aspect", "16:9")]
    [InlineData("original", "crossing.mp4", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "30", "-pix_fmt", "yuv420p", "-movflags", "+faststart")]
    [InlineData("original", "not square.mp4", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "30", "-pix_fmt", "yuv420p", "-aspect", "16:9", "-movflags", "frag_keyframe+empty_moov")]
    public async Task Every_frame_that_is_sought_stepped_to_or_played_is_the_one_that_it_says(string origin, string name, params string[] encoder)
    {
        var job = await UploadAsync(name, encoder);
        await using var person = new PersonAtBrowser(system.Url, Chromium.PathOrSkip());
        await person.OpenBrowserAsync();
        await person.OpenJobAsync(job, 0, PaintedVideo.Width / 2, PaintedVideo.Height / 2);
        var page = person.Page;
        await Expect(page.Locator($".foot [data-origin={origin}]")).ToBeVisibleAsync();

        Assert.Equal("", string.Join(", ", await page.EvaluateAsync<string[]>(Seek, RandomFrames(200))));
        Assert.Equal("", string.Join(", ", await page.EvaluateAsync<string[]>(Seek, Enumerable.Range(100, 30).Concat(Enumerable.Range(90, 40).Reverse()).ToArray())));

        await page.EvaluateAsync<string[]>(Seek, new[] { 0 });
        await page.Locator(".stage canvas").First.FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await Expect(page.Locator(".foot")).ToContainTextAsync($"Frame {Frames} of {Frames}");
        await Expect(page.Locator(".strip [aria-pressed=true].play")).ToHaveCountAsync(0);
        Assert.Equal("", string.Join(", ", await page.EvaluateAsync<string[]>(Seek, new[] { Frames - 1, Frames - 2 })));

        // CVAT's links name the frame so; ours outlives a reload.
        await person.GoToAsync($"/jobs/{job}?frame=77&v=160,120,1");
        await Expect(page.Locator(".foot")).ToContainTextAsync("Frame 78 of");
        await page.WaitForURLAsync("**/*f=77*");
        await page.ReloadAsync();
        await Expect(page.Locator(".foot")).ToContainTextAsync("Frame 78 of");
    }

    [Fact]
    public async Task A_browser_without_a_decoder_gets_the_same_frames_as_pictures()
    {
        var job = await UploadAsync("plain.avi", ["-c:v", "mpeg4", "-q:v", "3"]);
        await using var person = new PersonAtBrowser(system.Url, Chromium.PathOrSkip());
        await person.OpenBrowserAsync();
        await person.Page.AddInitScriptAsync("delete window.VideoDecoder;");
        await person.OpenJobAsync(job, 0, PaintedVideo.Width / 2, PaintedVideo.Height / 2);
        await Expect(person.Page.Locator(".foot [data-origin=server]")).ToBeVisibleAsync();

        Assert.Equal("", string.Join(", ", await person.Page.EvaluateAsync<string[]>(Seek, RandomFrames(12))));
    }

    [Fact]
    public async Task Frames_that_a_decoder_fails_on_are_shown_by_the_server_in_the_same_colours()
    {
        var job = await UploadAsync("fragile.avi", ["-c:v", "mpeg4", "-q:v", "3"]);
        await using var person = new PersonAtBrowser(system.Url, Chromium.PathOrSkip());
        await person.OpenBrowserAsync();
        var page = person.Page;
        await person.OpenJobAsync(job, 0, PaintedVideo.Width / 2, PaintedVideo.Height / 2);
        Assert.Equal("", string.Join(", ", await page.EvaluateAsync<string[]>(Seek, new[] { 30 })));
        await Expect(page.Locator(".foot [data-origin=proxy]")).ToBeVisibleAsync();
        var decoded = await page.EvaluateAsync<int[]>(Colours);

        await page.RouteAsync("**/workers/frame.worker-*.js", async route =>
        {
            var answer = await route.FetchAsync();
            await route.FulfillAsync(new() { Response = answer, Body = Failing + await answer.TextAsync() });
        });
        await page.WaitForURLAsync("**/*f=30*");
        await page.ReloadAsync();
        await Expect(page.Locator(".toast", new() { HasText = "Your browser cannot decode a part of fragile.avi." })).ToBeVisibleAsync();
        await Expect(page.Locator(".foot [data-origin=server]")).ToBeVisibleAsync();
        Assert.Equal("", string.Join(", ", await page.EvaluateAsync<string[]>(Seek, new[] { 24, 60, 35, 30 })));
        var sent = await page.EvaluateAsync<int[]>(Colours);
        await Expect(page.Locator(".cover .failed")).ToHaveCountAsync(0);
        Assert.True(decoded.Max() - decoded.Min() > 150, "The picture has no colours to compare.");
        // Two lossy codings differ a little; another matrix of colours would by 40.
        Assert.All(decoded.Zip(sent), pair => Assert.InRange(pair.Second, pair.First - 20, pair.First + 20));
        Assert.InRange(decoded.Zip(sent).Average(pair => Math.Abs(pair.First - pair.Second)), 0, 4);

        Assert.Equal("", string.Join(", ", await page.EvaluateAsync<string[]>(Seek, new[] { 60 })));
        await Expect(page.Locator(".foot [data-origin=proxy]")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Playing_waits_with_words_while_the_server_cannot_be_reached_and_goes_on_by_itself()
    {
        var job = await UploadAsync("tunnel.avi", ["-c:v", "mpeg4", "-q:v", "3"]);
        await using var person = new PersonAtBrowser(system.Url, Chromium.PathOrSkip());
        await person.OpenBrowserAsync();
        var page = person.Page;
        await person.OpenJobAsync(job, 0, PaintedVideo.Width / 2, PaintedVideo.Height / 2);
        const string Chunks = "**/data/video/0/chunks/**";
        await page.RouteAsync(Chunks, route => route.AbortAsync("internetdisconnected"));

        await page.Locator(".workbench").FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await Expect(page.GetByText("The server cannot be reached.")).ToBeVisibleAsync();
        await Expect(page.Locator(".strip .play[aria-pressed=true]")).ToBeVisibleAsync();

        await page.UnrouteAsync(Chunks);
        await Expect(page.Locator(".foot")).ToContainTextAsync($"Frame {Frames} of {Frames}");
        await Expect(page.GetByText("The server cannot be reached.")).ToHaveCountAsync(0);
        Assert.Equal("", string.Join(", ", await page.EvaluateAsync<string[]>(Seek, new[] { Frames - 1 })));
    }

    private static int[] RandomFrames(int count)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(Frames))];
    }

    private async Task<int> UploadAsync(string name, string[] encoder)
    {
        var clip = Path.Join(Path.GetTempPath(), $"{Guid.CreateVersion7():N}-{name}");
        try
        {
            await PaintedVideo.MakeAsync(clip, Frames, encoder);
            return await system.UploadAsync(name, await File.ReadAllBytesAsync(clip, Cancel));
        }
        finally
        {
            File.Delete(clip);
        }
    }
}
