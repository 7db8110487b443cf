import { createServer } from 'node:http';
import { Server } from 'socket.io';

// What one writes without foldcast: a value in the memory of one process, and every click told to everybody.
const http = createServer();
const everybody = new Server(http, { transports: ['websocket'] });
let value = 0;
everybody.on('connection', (socket) => {
  socket.on('plus', () => everybody.emit('state', ++value));
  socket.on('minus', () => everybody.emit('state', --value));
});
http.listen(0, '127.0.0.1', () => process.send?.(http.address()));
